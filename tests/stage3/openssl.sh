#!/bin/sh
# The cryptography of stage 3 compared with the openssl command, both ways.
. "$(dirname "$0")/../lib/lib.sh"

command -v openssl >/dev/null || skip_all "openssl"
command -v od >/dev/null || skip_all "od"
ours=$TOOLS/cryptic

# hex FILE: prints its bytes as hexadecimal digits. lower: converts openssl's digits to our form.
hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }
lower() { tr -d ':\n' | tr ABCDEF abcdef; }
random() { openssl rand "$1"; }
key=$(openssl rand -hex 32)
nonce=$(openssl rand -hex 12)

# same SIZE: the files `ours` and `theirs` are the same.
same() {
    cmp "$TMP/ours" "$TMP/theirs" && return 0
    echo "size $1, key $key, nonce $nonce"
    return 1
}

# Sizes around multiples of the block size.
sizes="0 1 15 16 17 55 56 63 64 65 119 120 191 192 193 255 256 257 1200 4096 10007"

hashes() {
    for size in $sizes; do
        random "$size" >"$TMP/text"
        "$ours" sha256 <"$TMP/text" >"$TMP/ours" || return 1
        openssl dgst -sha256 -r "$TMP/text" | cut -c 1-64 >"$TMP/theirs"
        same "$size" || return 1
    done
}
check "SHA-256 equals openssl's for all sizes" hashes

authenticates() {
    for size in $sizes; do
        random "$size" >"$TMP/text"
        "$ours" hmac "$1" <"$TMP/text" >"$TMP/ours" || return 1
        openssl dgst -sha256 -mac HMAC -macopt "hexkey:$1" -r "$TMP/text" | cut -c 1-64 \
            >"$TMP/theirs"
        same "$size" || return 1
    done
}
check "HMAC with a key of 32 bytes equals openssl's" authenticates "$key"
check "HMAC with a key of 100 bytes equals openssl's" authenticates "$(openssl rand -hex 100)"

derives() {
    "$ours" pbkdf2 "$1" "$2" "$3" >"$TMP/ours" || return 1
    openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt "pass:$1" -kdfopt "salt:$2" \
        -kdfopt "iter:$3" PBKDF2 | lower >"$TMP/theirs"
    echo >>"$TMP/theirs"
    same "$3"
}
if openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt pass:p -kdfopt salt:saltsalt \
    -kdfopt iter:1 PBKDF2 >/dev/null 2>&1; then
    check "PBKDF2 with one round equals openssl's" derives "a password" "and its salt" 1
    check "PBKDF2 with 600 000 rounds equals openssl's, in Japanese" derives "合言葉" "chat3部屋" 600000
else
    skip "PBKDF2 equals openssl's" "openssl kdf"
fi

# openssl expects the counter, lowest byte first, before the nonce.
chacha() { openssl enc -chacha20 -K "$key" -iv "$1$nonce"; }
encrypts() {
    for size in $sizes; do
        random "$size" >"$TMP/text"
        "$ours" chacha20 "$key" "$nonce" 7 <"$TMP/text" >"$TMP/ours" || return 1
        chacha 07000000 <"$TMP/text" >"$TMP/theirs"
        same "$size" || return 1
    done
}
if chacha 00000000 </dev/null >/dev/null 2>&1; then
    check "ChaCha20 equals openssl's for all sizes" encrypts
else
    skip "ChaCha20 equals openssl's for all sizes" "openssl enc -chacha20"
fi

# The command has no AEAD, but its parts, which are combined here as in RFC 8439, section 2.8.
zeros() { dd if=/dev/zero bs=1 count="$1" 2>/dev/null; }
padded() { # FILE SIZE: prints its bytes, and zeros up to a multiple of 16
    cat "$1"
    [ $(($2 % 16)) -eq 0 ] || zeros $((16 - $2 % 16))
}
number() { # 8 bytes, the lowest first; less than 65536
    # shellcheck disable=SC2059
    printf "\\$(printf %03o $(($1 % 256)))\\$(printf %03o $(($1 / 256)))\\0\\0\\0\\0\\0\\0"
}
seal_theirs() { # SIZE AADSIZE
    zeros 32 | chacha 00000000 >"$TMP/once"
    chacha 01000000 <"$TMP/text" >"$TMP/theirs"
    {
        padded "$TMP/aad" "$2"
        padded "$TMP/theirs" "$1"
        number "$2"
        number "$1"
    } | openssl mac -binary -macopt "hexkey:$(hex "$TMP/once")" Poly1305 >"$TMP/tag"
    cat "$TMP/tag" >>"$TMP/theirs"
}
seals() {
    for size in $sizes; do
        aad_size=$((size * 5 % 97))
        random "$size" >"$TMP/text"
        random "$aad_size" >"$TMP/aad"
        seal_theirs "$size" "$aad_size"
        "$ours" seal "$key" "$nonce" "$(hex "$TMP/aad")" <"$TMP/text" >"$TMP/ours" || return 1
        same "$size" || return 1
        "$ours" open "$key" "$nonce" "$(hex "$TMP/aad")" <"$TMP/theirs" >"$TMP/opened" || return 1
        cmp "$TMP/text" "$TMP/opened" || return 1
    done
}
if openssl mac -binary -macopt "hexkey:$key" -in /dev/null Poly1305 >/dev/null 2>&1; then
    check "ChaCha20-Poly1305 equals openssl's for all sizes, and opens" seals
else
    skip "ChaCha20-Poly1305 equals openssl's for all sizes, and opens" "openssl mac Poly1305"
fi

# Keys. The options of -pkeyopt are the same for encryption and decryption.
oaep="-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256"

"$ours" key "$TMP/ours.der" >"$TMP/modulus"
check "openssl reads our key" \
    openssl rsa -inform DER -in "$TMP/ours.der" -out "$TMP/ours.pem"
check "openssl finds nothing wrong with our key" openssl rsa -in "$TMP/ours.pem" -check -noout
openssl rsa -in "$TMP/ours.pem" -modulus -noout | sed 's/^Modulus=//' | lower >"$TMP/theirs"
echo >>"$TMP/theirs"
check "openssl finds the same modulus in our key" cmp "$TMP/modulus" "$TMP/theirs"

opens_ours() {
    for size in 0 1 32 190; do
        random "$size" >"$TMP/text"
        "$ours" encrypt "$(cat "$TMP/modulus")" "$1" <"$TMP/text" >"$TMP/sealed" || return 1
        # shellcheck disable=SC2086 # a list of options
        openssl pkeyutl -decrypt -inkey "$TMP/ours.pem" $oaep $2 -in "$TMP/sealed" \
            >"$TMP/opened" || return 1
        cmp "$TMP/text" "$TMP/opened" || return 1
    done
}
labelled="-pkeyopt rsa_oaep_label:63686174332073" # "chat3 s"
check "openssl opens what we seal" opens_ours "" ""
check "openssl opens what we seal with a label" opens_ours "chat3 s" "$labelled"

openssl genrsa -out "$TMP/theirs.pem" 2048 2>/dev/null
openssl rsa -in "$TMP/theirs.pem" -text -noout >"$TMP/numbers"
# Prints one number of a key: the lines after its name, without a leading zero byte.
prime() { sed -n "/^$1:/,/^[a-z]/p" "$TMP/numbers" | sed '/^[a-z]/d' | tr -d ' :\n' | tail -c 256; }

decrypt() { # SIZE [LABEL]
    "$ours" decrypt "$(prime prime1)" "$(prime prime2)" "$1" "${2-}" <"$TMP/sealed"
}
seal_for_us() { # SIZE OPTIONS
    random "$1" >"$TMP/text"
    # shellcheck disable=SC2086
    openssl pkeyutl -encrypt -inkey "$TMP/theirs.pem" $oaep ${2-} -in "$TMP/text" >"$TMP/sealed"
}
opens_theirs() { # LABEL OPTIONS
    for size in 1 32 190; do
        seal_for_us "$size" "$2" || return 1
        decrypt "$size" "$1" >"$TMP/opened" || return 1
        cmp "$TMP/text" "$TMP/opened" || return 1
    done
}
check "we open what openssl seals with its own key" opens_theirs "" ""
check "we open what openssl seals with a label" opens_theirs "chat3 s" "$labelled"
refute "we do not open it without the label" decrypt 190
seal_for_us 32
refute "we do not open it with a label that it does not have" decrypt 32 "chat3 s"
refute "we do not open it as a message of another size" decrypt 31
# shellcheck disable=SC2086
openssl pkeyutl -encrypt -inkey "$TMP/theirs.pem" -pkeyopt rsa_padding_mode:oaep \
    -in "$TMP/text" >"$TMP/sealed"
refute "we do not open what was sealed with another hash" decrypt 32
openssl pkeyutl -encrypt -inkey "$TMP/theirs.pem" -in "$TMP/text" >"$TMP/sealed"
refute "we do not open the old padding of PKCS #1 v1.5" decrypt 32

done_testing
