#!/bin/sh
# Sizes, operations and states that no request can have are refused as soon as the header is there;
# the server does not wait for the announced bytes.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/../lib/rooms.sh"
STAGE=stage2

# refused OPERATION BYTES-OF-THE-HEADER: only a header is sent, and the answer must come at once.
# The room's name has not come yet, so the answer is without it.
refused() {
    echo "a connects"
    echo "a writes $2"
    echo "a reads 00 $1 01 00*28 01 05"
    echo "a reads end"
    echo "a hangs up"
}

{
    refused 01 "06 01 00 ff*29"
    refused 02 "06 02 00 ff*29"
    refused 03 "00 03 00 ff*29"
    refused 01 "06 01 00 01 00*28"
    refused 01 "06 01 00 00*24 01 00*4"
    refused 01 "06 01 00 00*24 01 00*3 05"
    refused 01 "06 01 00 00*25 ff*4"
    refused 01 "06 01 00 00*25 80 00 00 00"
    refused 01 "06 01 00 00*25 7f ff ff ff"
    refused 01 "06 01 00 00*25 00 01 00 01"
    refused 02 "06 02 00 00*25 00 01 00 01"
    refused 03 "00 03 00 00*25 00 01 00 01"
} >"$TMP/script"
scene "a payload of 65,537 bytes or more is refused, up to 2^232 - 1" <"$TMP/script"

{
    for operation in 00 04 7f 80 ff; do refused $operation "06 $operation 00 00*28 05"; done
    for state in 01 02 03 ff; do refused 01 "06 01 $state 00*28 05"; done
    refused 03 "00 03 01 00*29"
} >"$TMP/script"
scene "an unknown operation or state is refused" <"$TMP/script"

{
    refused 01 "00 01 00 00*28 05"
    refused 02 "00 02 00 00*28 05"
    refused 03 "06 03 00 00*29"
} >"$TMP/script"
scene "an empty room name, or one in a list request, is refused" <"$TMP/script"

# Everything comes at once: the answer may contain the room.
room_scene "bytes after an invalid header do no harm" <<'EOT'
a connects
a writes 06 01 00 ff*29 "lounge" "x"*100000
a reads 06 01 01 00*28 01 "lounge" 05
a reads end
a hangs up
a connects
a writes 06 09 00 00*28 05 "lounge" "alice"
a reads 06 09 01 00*28 01 "lounge" 05
a reads end
a hangs up
a joins "lounge": 02
EOT

# {"username":"a" and the blanks and } are 65,536 bytes.
room_scene "65,536 bytes are read, and refused as a name" <<'EOT'
a connects
a writes <create request "lounge" "x"*65536>
a reads <create response "lounge" 05>
a reads end
a hangs up
a connects
a writes <create request "lounge" "{\"username\":\"a\"" " "*65520 "}">
a reads <create response "lounge" 00>
a reads <create complete "lounge" token=32>
a reads end
EOT

room_scene "an empty payload is refused as a name" <<'EOT'
a connects
a writes <create request "lounge" "">
a reads <create response "lounge" 05>
a reads end
EOT

room_scene "the payload of a list request is ignored" <<'EOT'
a connects
a writes <list request "" ff*65536>
a reads <list response "" 00>
a reads <list complete "">
a reads end
a hangs up
a connects
a writes <list request "" "{">
a reads <list response "" 00>
a reads <list complete "">
a reads end
EOT

done_testing
