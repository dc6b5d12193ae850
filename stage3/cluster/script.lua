#!lua
-- script.lua: the state that several servers share. Redis runs this script, one call at a time and
-- each as a whole. So a name is taken only once, and all servers see the entries in one order.
--
-- The arguments of a call (ARGV) are an operation, the server that calls, and the operation's own
-- words. It returns a list whose first word is the status. An operation that changes something is
-- harmless when it is called twice: a server whose connection broke cannot know if it was done.
--
--   chat3:key            text    fingerprint of the one key pair that all servers use
--   chat3:epoch          text    set by the first server; if it is gone, all data are lost
--   chat3:run            text    Redis's own id of its run when the last start was noted
--   chat3:starts         list    ids of Redis's starts, 16 bytes each, the latest first
--   chat3:start          number  of the latest of these starts
--   chat3:servers        hash    server -> alive or dead
--   chat3:lease:SERVER   text    exists while that server may write; expires
--   chat3:of:SERVER      set     ROOM MEMBER of each member at that server
--   chat3:rooms          hash    name -> ROOM COUNT open|locked
--   chat3:room:ROOM      hash    name, host; with a password: salt, proof
--   chat3:members:ROOM   hash    member -> SERVER NUMBER NAME; the number of the last item taken
--   chat3:names:ROOM     hash    name -> member
--   chat3:out:ROOM       list    members that were kicked, the latest first
--   chat3:gone:ROOM      list    MEMBER NUMBER of members that have left, the latest first
--   chat3:wrong:ROOM     number  wrong passwords in a minute
--   chat3:marks:ROOM     list    START END: the number of a start, and the number that the next
--                                entry had when the first one was appended under it; latest first
--   chat3:log:ROOM       stream  the entries, 0-1, 0-2, ...: each has one field r, the row
--
-- ROOM is a room id in 32 hexadecimal digits, and SERVER a server's id in as many; a member is the
-- 16 bytes of its id. A room id is random and never used again, so a late call cannot change
-- another room. Each entry is published to the channel chat3:ROOM as "NUMBER ROW". A message with
-- the number 0 is "0 MEMBER SERVER NAME": that member is at that server from now on.
--
-- Redis may have been started again with an older state. Then entries get numbers that were used
-- before, so what was read belongs to the start under which it was read, as with a journal
-- (starts.h). The first call on each connection is `start` or `renew`, and the first of these in a
-- new run of Redis stores a new start, with an id that the server has drawn for it. So nothing is
-- appended before that. A server whose members are of an earlier start counts as dead: its members
-- join again, each with the starts under which it was here, and are told what is lost.
--
-- Redis Cluster cannot run this: one call uses keys of several rooms, and builds their names.

local LEASE = 10000     -- milliseconds
local ENTRIES = 1024    -- kept of a log, and some more: Redis drops whole nodes
local KICKED = 64       -- kicked members that a room remembers
local GONE = 64         -- members that have left whose last number a room remembers
local STARTS = 64       -- starts of Redis that are kept, and marks of a room
local REMOVALS = 64     -- members of a dead server that one call removes
local ROSTER = 65000    -- bytes of the member list that a newcomer gets
local ROSTER_NAMES = 3800 -- names in it at most
local LIST = 65000      -- bytes of the list of rooms
local MINUTE = 60000    -- milliseconds in which wrong passwords are counted
local REMAINS = 60      -- seconds that the log of a closed room can still be read

local LEFT_LOST, CLOSED_HOST_LEFT, CLOSED_HOST_LOST = 1, 0, 1 -- as in frame.h
local BACK_NOT, BACK_TO, BACK_NOWHERE = 0, 1, 2 -- as in welcome.h

local call = redis.call

-- Rows, in the form of frame.h. ----------------------------------------------------------------

local function row(kind, bytes)
    local size = #bytes
    return string.char(kind, math.floor(size / 256), size % 256) .. bytes
end

local function row_left(member, why, name) return row(3, member .. string.char(why) .. name) end
local function row_kicked(member, name) return row(4, member .. name) end
local function row_closed(why) return row(5, string.char(why)) end

-- The log. -------------------------------------------------------------------------------------

-- The number that the next entry will have.
local function log_end(room)
    local last = call('XREVRANGE', 'chat3:log:' .. room, '+', '-', 'COUNT', 1)[1]
    return last and tonumber(string.sub(last[1], 3)) + 1 or 1
end

-- Before the first entry under a start: stores how far the log came under the earlier starts.
local function mark(room)
    local key, start = 'chat3:marks:' .. room, call('GET', 'chat3:start')
    local last = call('LINDEX', key, 0)
    if last and string.match(last, '^%d+') == start then return end
    call('LPUSH', key, string.format('%s %.0f', start, log_end(room)))
    call('LTRIM', key, 0, STARTS - 1)
end

-- Redis itself counts up the second part of the id. Returns the number of the entry.
local function append(room, bytes)
    mark(room)
    local id = call('XADD', 'chat3:log:' .. room, 'MAXLEN', '~', ENTRIES, '0-*', 'r', bytes)
    local number = string.sub(id, 3)
    call('PUBLISH', 'chat3:' .. room, number .. ' ' .. bytes)
    return tonumber(number)
end

-- Of what was read under that start, the entries before the returned number are still there.
local function marks_after(room, start)
    local there = log_end(room)
    for _, one in ipairs(call('LRANGE', 'chat3:marks:' .. room, 0, -1)) do
        local number, number_end = string.match(one, '^(%d+) (%d+)$')
        if tonumber(number) <= start then break end
        there = tonumber(number_end)
    end
    return there
end

-- Reads 8 bytes, big-endian. The result is exact up to 2^53, which no log reaches.
local function number_at(bytes, at)
    local number = 0
    for i = at, at + 7 do number = number * 256 + string.byte(bytes, i) end
    return number
end

-- Returns where a member that has read all entries before `next` continues, and whether they are
-- still there: BACK_NOT, BACK_TO or BACK_NOWHERE. `starts` are those under which it was here, the
-- latest first: each is 16 bytes, and 8 bytes for the entry up to which it has read under it.
local function position(room, next, starts)
    for i = 1, #starts - 23, 24 do
        local index = call('LPOS', 'chat3:starts', string.sub(starts, i, i + 15))
        if index then
            local start = tonumber(call('GET', 'chat3:start')) - index
            local from = math.min(marks_after(room, start), number_at(starts, i + 16), next)
            return math.max(from, 1), from < next and BACK_TO or BACK_NOT
        end
    end
    return 0, BACK_NOWHERE
end

-- Returns the number of the member's last line in the log, or `known` if that is greater. The
-- member was dropped, so some of its lines may be in the log without an acknowledgement.
local function last_number(room, from, member, known)
    for _, entry in ipairs(call('XRANGE', 'chat3:log:' .. room, '0-' .. from, '+')) do
        local bytes = entry[2][2]
        if string.byte(bytes) == 1 and string.sub(bytes, 4, 19) == member then
            known = math.max(known, number_at(bytes, 20))
        end
    end
    return known
end

-- Returns the last item taken from a member that has left; 0 if the room does not remember it.
local function recall(room, member)
    local known = 0
    for _, one in ipairs(call('LRANGE', 'chat3:gone:' .. room, 0, -1)) do
        if string.sub(one, 1, 16) == member then
            known = math.max(known, tonumber(string.sub(one, 18)))
        end
    end
    return known
end

-- Members. -------------------------------------------------------------------------------------

-- Returns a member's server, the number of its last item, and its name; nil if it is not here.
local function find(room, member)
    local record = call('HGET', 'chat3:members:' .. room, member)
    if not record then return nil end
    local server, number, name = string.match(record, '^(%x+) (%d+) (.*)$')
    return server, tonumber(number), name
end

local function place(room, member, server, number, name)
    call('HSET', 'chat3:members:' .. room, member,
        string.format('%s %.0f %s', server, number, name))
end

-- Updates the room's number of members in the list of rooms.
local function count(room, name)
    local members = call('HLEN', 'chat3:members:' .. room)
    local locked = string.match(call('HGET', 'chat3:rooms', name), '%a+$')
    call('HSET', 'chat3:rooms', name, string.format('%s %d %s', room, members, locked))
end

local function add(room, room_name, member, server, number, name, joined)
    call('HSET', 'chat3:names:' .. room, name, member)
    place(room, member, server, number, name)
    call('SADD', 'chat3:of:' .. server, room .. member)
    count(room, room_name)
    append(room, joined)
end

-- Returns as many members as fit, each as the 16 bytes of its id, the size of its name, the name.
local function roster(room)
    local key, list, size = 'chat3:names:' .. room, {}, 0
    local names = call('HLEN', key) <= ROSTER_NAMES and call('HGETALL', key)
        or call('HRANDFIELD', key, ROSTER_NAMES, 'WITHVALUES')
    for i = 1, #names, 2 do
        local line = names[i + 1] .. string.char(#names[i]) .. names[i]
        size = size + #line
        if size > ROSTER then break end
        list[#list + 1] = line
    end
    return table.concat(list)
end

-- Appends the closing entry, and removes the room.
local function close(room, name, why)
    append(room, row_closed(why))
    local members = call('HGETALL', 'chat3:members:' .. room)
    for i = 1, #members, 2 do
        call('SREM', 'chat3:of:' .. string.match(members[i + 1], '^%x+'), room .. members[i])
    end
    call('HDEL', 'chat3:rooms', name)
    call('UNLINK', 'chat3:room:' .. room, 'chat3:members:' .. room, 'chat3:names:' .. room,
        'chat3:out:' .. room, 'chat3:gone:' .. room, 'chat3:wrong:' .. room,
        'chat3:marks:' .. room)
    call('EXPIRE', 'chat3:log:' .. room, REMAINS)
end

-- Removes a member from the room; `bytes` is the entry that says so.
local function remove(room, room_name, member, server, name, bytes)
    local _, heard = find(room, member)
    call('LPUSH', 'chat3:gone:' .. room, member .. string.format(' %.0f', heard))
    call('LTRIM', 'chat3:gone:' .. room, 0, GONE - 1)
    call('HDEL', 'chat3:members:' .. room, member)
    call('HDEL', 'chat3:names:' .. room, name)
    call('SREM', 'chat3:of:' .. server, room .. member)
    count(room, room_name)
    append(room, bytes)
end

-- A member leaves by itself, or is lost. If it is the host, the room is closed.
local function leave(room, member, server, name, why)
    local room_name, host = unpack(call('HMGET', 'chat3:room:' .. room, 'name', 'host'))
    if host == member then
        close(room, room_name, why == LEFT_LOST and CLOSED_HOST_LOST or CLOSED_HOST_LEFT)
    else
        remove(room, room_name, member, server, name, row_left(member, why, name))
    end
end

-- Permissions. ---------------------------------------------------------------------------------

-- A server without a lease must not write: it was away for so long that other servers may have its
-- members by now.
local function has_lease(server) return call('EXISTS', 'chat3:lease:' .. server) == 1 end

-- Checks and stores an item's number, so that each item is taken once and in order, at whichever
-- server it arrives. Returns the reply to a refused item, or nil and the member's name.
local function take(server, room, member, number)
    if not has_lease(server) then return {'lease'} end
    local at, heard, name = find(room, member)
    if not at then return {'gone'} end
    if at ~= server then return {'moved'} end
    number = tonumber(number)
    if number <= heard then return {'ok', heard} end
    if number > heard + 1 then return {'early', heard} end
    place(room, member, server, number, name)
    return nil, name
end

-- Operations of servers. -----------------------------------------------------------------------

local operations = {}

-- A Redis that may evict any key when its memory is full would lose rooms silently.
local function evicts()
    local memory = call('INFO', 'memory')
    return not string.find(memory, 'maxmemory:0\r') and string.find(memory, '_policy:allkeys')
end

-- Returns the id of this start of Redis, which becomes `drawn` if the run is new. The id of the run
-- cannot serve as the id: a Redis that was a replica for a while has another past in the same run.
local function this_start(drawn)
    local run = string.match(call('INFO', 'server'), 'run_id:(%x+)')
    if call('GET', 'chat3:run') ~= run then
        call('SET', 'chat3:run', run)
        call('INCR', 'chat3:start')
        call('LPUSH', 'chat3:starts', drawn)
        call('LTRIM', 'chat3:starts', 0, STARTS - 1)
    end
    return call('LINDEX', 'chat3:starts', 0)
end

-- A server starts, or begins anew after it was declared dead.
function operations.start(server, fingerprint, epoch, drawn)
    if evicts() then return {'evicts'} end
    call('SET', 'chat3:key', fingerprint, 'NX')
    local key = call('GET', 'chat3:key')
    if key ~= fingerprint then return {'key', key} end
    call('SET', 'chat3:epoch', epoch, 'NX')
    call('HSET', 'chat3:servers', server, 'alive')
    call('SET', 'chat3:lease:' .. server, '1', 'PX', LEASE)
    return {'ok', call('GET', 'chat3:epoch'), this_start(drawn)}
end

-- Renews the lease of a server whose members are of that start. Returns all servers without a
-- lease, each with its state: alive or dead.
function operations.renew(server, epoch, start, drawn)
    if call('GET', 'chat3:epoch') ~= epoch then return {'lost'} end
    local now, state = this_start(drawn), call('HGET', 'chat3:servers', server)
    if start ~= now and state then
        call('HSET', 'chat3:servers', server, 'dead')
        call('DEL', 'chat3:lease:' .. server)
    end
    if start ~= now or state ~= 'alive' then return {'dead', now} end
    call('SET', 'chat3:lease:' .. server, '1', 'PX', LEASE)
    local reply, servers = {'ok'}, call('HGETALL', 'chat3:servers')
    for i = 1, #servers, 2 do
        if not has_lease(servers[i]) then
            reply[#reply + 1] = servers[i]
            reply[#reply + 1] = servers[i + 1]
        end
    end
    return reply
end

-- Declares another server dead, which was without a lease for too long.
function operations.declare(server, dead)
    if not has_lease(server) then return {'lease'} end
    if has_lease(dead) then return {'alive'} end
    if call('HEXISTS', 'chat3:servers', dead) == 1 then
        call('HSET', 'chat3:servers', dead, 'dead')
    end
    return {'ok'}
end

-- The members of a dead server have had the time to move: those that are still there are lost. One
-- call removes up to REMOVALS of them; returns how many are left.
function operations.remove(server, dead)
    if not has_lease(server) then return {'lease'} end
    if call('HGET', 'chat3:servers', dead) ~= 'dead' then return {'ok', 0} end
    for _, one in ipairs(call('SPOP', 'chat3:of:' .. dead, REMOVALS)) do
        local room, member = string.sub(one, 1, 32), string.sub(one, 33)
        local at, _, name = find(room, member)
        if at == dead then leave(room, member, dead, name, LEFT_LOST) end
    end
    local left = call('SCARD', 'chat3:of:' .. dead)
    if left == 0 then call('HDEL', 'chat3:servers', dead) end
    return {'ok', left}
end

-- A server ends: its members may move to other servers. If there are none, the reply is `alone`,
-- and the server closes its rooms before it calls this again.
function operations.quit(server)
    local members, others = call('SCARD', 'chat3:of:' .. server), false
    for _, one in ipairs(call('HKEYS', 'chat3:servers')) do
        others = others or (one ~= server and has_lease(one))
    end
    if members > 0 and not others then return {'alone'} end
    call('DEL', 'chat3:lease:' .. server)
    if members == 0 then call('HDEL', 'chat3:servers', server)
    else call('HSET', 'chat3:servers', server, 'dead') end
    return {'ok'}
end

-- Operations for a request. --------------------------------------------------------------------

-- Returns what the server needs to check a request for a room, such as the password.
function operations.look(_, name)
    local listed = call('HGET', 'chat3:rooms', name)
    if not listed then return {'none'} end
    local room = string.sub(listed, 1, 32)
    local host, salt, proof = unpack(call('HMGET', 'chat3:room:' .. room, 'host', 'salt', 'proof'))
    return {'ok', room, host, salt or '', proof or '',
        tonumber(call('GET', 'chat3:wrong:' .. room) or 0)}
end

-- Counts a wrong password for that room.
function operations.wrong(_, room)
    local wrong = call('INCR', 'chat3:wrong:' .. room)
    if wrong == 1 then call('PEXPIRE', 'chat3:wrong:' .. room, MINUTE) end
    return {'ok', wrong}
end

-- Builds the reply to a newcomer. `heard` is the number of its last item that was taken, `known` of
-- the last one that Redis had itself; `from` and `back` are what `position` returns.
local function welcome(room, heard, known, from, back)
    return {'ok', heard, log_end(room), call('HLEN', 'chat3:members:' .. room),
        call('HGET', 'chat3:room:' .. room, 'host'), roster(room), known, from, back}
end

function operations.create(server, room, room_name, member, name, number, joined, salt, proof)
    if not has_lease(server) then return {'lease'} end
    if call('HEXISTS', 'chat3:rooms', room_name) == 1 then return {'exists'} end
    call('HSET', 'chat3:rooms', room_name, room .. ' 1 ' .. (salt == '' and 'open' or 'locked'))
    call('HSET', 'chat3:room:' .. room, 'name', room_name, 'host', member)
    if salt ~= '' then call('HSET', 'chat3:room:' .. room, 'salt', salt, 'proof', proof) end
    add(room, room_name, member, server, tonumber(number), name, joined)
    return welcome(room, tonumber(number), 0, 0, BACK_NOT)
end

-- Moves a member to another server, and tells the one it was at. The numbers of its items continue
-- after `heard`.
local function move(room, member, server, at, heard, name)
    place(room, member, server, heard, name)
    if at == server then return end
    call('SREM', 'chat3:of:' .. at, room .. member)
    call('SADD', 'chat3:of:' .. server, room .. member)
    call('PUBLISH', 'chat3:' .. room, '0 ' .. member .. ' ' .. server .. ' ' .. name)
end

-- The reply when a name is taken. If its owner's server is away, the owner may be the same user,
-- who left and joined again in the part that Redis has lost. Then the name is only `held`: it is
-- free when that member is removed.
local function taken(room, name, next)
    local at = find(room, call('HGET', 'chat3:names:' .. room, name))
    return {next > 0 and not has_lease(at) and 'held' or 'taken'}
end

-- A user joins for the first time (`next` is 0), or a member resumes, with the starts of Redis
-- under which it was here. The server has checked the password. `limit` is the room's; `places` is
-- 0 if the server has no space for another member. The greater of the member's number and ours
-- counts: Redis may have gone back, and two lines must not have the same number.
function operations.join(server, room, member, name, next, number, joined, limit, places, starts)
    if not has_lease(server) then return {'lease'} end
    local room_name = call('HGET', 'chat3:room:' .. room, 'name')
    if not room_name then return {'none'} end
    if call('LPOS', 'chat3:out:' .. room, member) then return {'out'} end
    next, number = tonumber(next), tonumber(number)
    local from, back = 0, BACK_NOT
    if next > 0 then from, back = position(room, next, starts) end
    local at, known, same = find(room, member)
    if at then
        if same ~= name then return {'taken'} end
        if at ~= server and places == '0' then return {'server full'} end
        number = math.max(number, known)
        move(room, member, server, at, number, name)
        return welcome(room, number, known, from, back)
    end
    if call('HEXISTS', 'chat3:names:' .. room, name) == 1 then return taken(room, name, next) end
    if call('HLEN', 'chat3:names:' .. room) >= tonumber(limit) then return {'full'} end
    if places == '0' then return {'server full'} end
    known = next > 0 and recall(room, member) or 0
    if next > 0 then
        -- If the room does not remember that, the number that the member gives is right if it got
        -- it under this start and no entries are lost. See admission.c.
        local now = string.sub(starts, 1, 16) == call('LINDEX', 'chat3:starts', 0)
        if known == 0 and back == BACK_NOT and now then known = number end
        known = last_number(room, back == BACK_NOT and next or 1, member, known)
        number = math.max(number, known)
    end
    add(room, room_name, member, server, number, name, joined)
    return welcome(room, number, known, from, back)
end

-- Returns a line for each room; a list that is too long ends with a line "...".
function operations.list()
    local rooms, list, size = call('HGETALL', 'chat3:rooms'), {}, 0
    for i = 1, #rooms, 2 do
        local members, locked = string.match(rooms[i + 1], '^%x+ (%d+) (%a+)$')
        local line = rooms[i] .. '\t' .. members .. '\t' .. locked .. '\n'
        size = size + #line
        list[#list + 1] = size <= LIST and line or '...\n'
        if size > LIST then break end
    end
    return {'ok', table.concat(list)}
end

-- Operations for an item. ----------------------------------------------------------------------

-- Appends a line as an entry. With an empty row only the item's number counts.
function operations.say(server, room, member, number, bytes)
    local refused = take(server, room, member, number)
    if refused then return refused end
    if bytes ~= '' then append(room, bytes) end
    return {'ok', tonumber(number)}
end

-- Only the host can kick. Any other kick comes from a faulty client, and has no effect.
function operations.kick(server, room, member, number, name)
    local refused = take(server, room, member, number)
    if refused then return refused end
    local room_name, host = unpack(call('HMGET', 'chat3:room:' .. room, 'name', 'host'))
    local target = call('HGET', 'chat3:names:' .. room, name)
    if host == member and target and target ~= member then
        local at = find(room, target)
        remove(room, room_name, target, at, name, row_kicked(target, name))
        call('LPUSH', 'chat3:out:' .. room, target)
        call('LTRIM', 'chat3:out:' .. room, 0, KICKED - 1)
    end
    return {'ok', tonumber(number)}
end

function operations.leave(server, room, member, number)
    local refused, name = take(server, room, member, number)
    if refused then return refused end
    leave(room, member, server, name, 0)
    return {'ok', tonumber(number)}
end

-- Removes a member that was silent for too long, or cannot be reached.
function operations.lose(server, room, member)
    if not has_lease(server) then return {'lease'} end
    local at, _, name = find(room, member)
    if at ~= server then return {'gone'} end
    leave(room, member, server, name, LEFT_LOST)
    return {'ok'}
end

-- Closes a room: the last server ends, or the log is not what its members have read.
function operations.close(server, room, why)
    if not has_lease(server) then return {'lease'} end
    local name = call('HGET', 'chat3:room:' .. room, 'name')
    if not name then return {'gone'} end
    close(room, name, tonumber(why))
    return {'ok'}
end

return operations[ARGV[1]](unpack(ARGV, 2))
