#!/bin/sh
# RSA both ways, from outside: how a server handles an invalid modulus of a client, and how a client
# handles a server's block that does not open, or is missing.
. "$(dirname "$0")/../lib/lib.sh"
STAGE=stage3

# --- a client's modulus ---

# A key request that is refused: the answer is 5 in the clear, and the end.
refused() { # WHAT MODULUS
    scene "a modulus that is $1 is malformed" <<EOT
alice connects
alice writes 00 04 00 00*27 01 00 $2
alice reads  00 04 01 00*28 01 05
alice reads  end
EOT
}
refused even "80 00*255"
refused "of 2047 bits" "7f ff*255"
refused 1 "00*255 01"
refused 0 "00*256"
scene "a modulus that is too short is malformed as soon as the header says so" <<'EOT'
alice connects
alice writes 00 04 00 00*27 00 ff
alice reads  00 04 01 00*28 01 05
alice reads  end
EOT
scene "a key request without a modulus is malformed" <<'EOT'
alice connects
alice writes 00 04 00 00*29
alice reads  00 04 01 00*28 01 05
alice reads  end
EOT
# Then nobody can open the answer, and the request that follows it does not open.
scene "a modulus of all ones is accepted" <<'EOT'
alice connects
alice writes 00 04 00 00*27 01 00 ff*256
alice reads  00 04 01 00*27 02 20 any=544
alice writes 00 02 00 00*27 01 10 "x"*272
alice reads  00 02 01 00*28 01 05
alice reads  end
EOT
modulus="cb413aaa5715db22418f7cd76ec8f813dc8cbc2ab7a2074fcce70b4b0a2ad81f
    0ae1f3588ecf8ef3842dc132b9c68c9df082a38308a0d5c315bcd4de8f8b5694
    709b1acb02ae26c4fe3c088275819529fec969df71c835c620b8ec4a771f9679
    768ac1db341d6d0eef397bf4a5aa1846c119021f72eaa9187149e54d13181cb6
    50af46e73fc3c981a1a59a2b5e261251a7fb8174c395d8f6c594f562bc100aec
    1b72548ee91c6bbb86960636cd45e569c1024ecf4e59bcd5ed1db9e73b4444f0
    51474982e9e1a2fba8e1f0c18c9f6c9a38182b2040ffb4b0648edc88e6e34999
    3fb904c120fb29d45a1873dbf847a418213d09b2a029e578652ebaff60862dcd"
modulus=$(echo "$modulus" | tr -d ' \n' | sed 's/../& /g')
scene "the server's own modulus is accepted, and its block returned opens nothing" <<EOT
alice connects
alice writes 00 04 00 00*27 01 00 $modulus
alice reads  00 04 01 00*27 02 20 $modulus n=32 block=256
alice writes 00 02 00 00*27 01 10 block "x"*16
alice reads  00 02 01 00*28 01 05
alice reads  end
EOT

# --- a server's block ---

ours=$(lib_program stage3 client)
start_stranger() { # OPTION
    lib_key
    start stranger "$TOOLS/stranger" "$1" 0 "$TMP/key" "open sesame"
    check "the server of stranger $1 is ready" sees stranger "listening on"
    port=$(sed -n 's/.*listening on //p' "$TMP/stranger.out")
    trust_server # otherwise the client would send no password anyway
}
asks() { # NAME: starts a client with a password
    CHAT_PASSWORD="open sesame" lib_spawn "$1" "$ours" -p "$port" -n alice -j cave 4</dev/null
    allow_stderr "$1"
}

start_stranger -g
asks alice
check "a client continues with a block that does not open" \
    sees stranger "a request came, and does not open"
check "the client with such a block exits as if the server had hung up" exits alice 1
check "the client prints that it got no good answer" complains alice "no good answer"
refute "the stranger gets nothing that helps to guess the password" \
    grep -e proof -e password -e alice "$TMP/stranger.out"
stop stranger

start_stranger -o
asks bob
check "a client exits if the server sends no block" exits bob 1
check "the client prints that the answer is malformed" \
    complains bob "malformed, or was changed on the way"
check "the stranger without a block has shown its key" sees stranger "has shown its key"
refute "the stranger without a block gets no request" \
    grep -e request -e wants -e proof "$TMP/stranger.out"
stop stranger

start_stranger -b
asks carol
check "a stranger with a block gets the proof of the password" \
    sees stranger "the password of cave is open sesame"
allow_stderr carol
stop carol
stop stranger
done_testing
