# mask.sed: makes equal what differs between two runs of a transcript, before they are compared.
# Ports chosen by the system:
s/\(listening on [a-z]* [^ ]*:\)[0-9][0-9]*/\1PORT/g
s/\(, udp [^ ]*:\)[0-9][0-9]*/\1PORT/g
s/ port [0-9][0-9]*/ port PORT/g
s/\(127\.0\.0\.1:\)[0-9][0-9]*/\1PORT/g
s/-p [1-9][0-9]*/-p PORT/g
s/-u [1-9][0-9]*/-u PORT/g
# Tokens:
s/\([^0-9a-f]\|^\)[0-9a-f]\{32\}\([^0-9a-f]\|$\)/\1TOKEN\2/g
# The clock:
s/\([^0-9]\|^\)[0-2][0-9]:[0-5][0-9]\([^0-9]\|$\)/\112:34\2/g
# Fingerprints of keys, and the reader's home folder:
s/\([^0-9a-f]\|^\)[0-9a-f]\{64\}\([^0-9a-f]\|$\)/\1FINGERPRINT\2/g
s/\/[^ ]*\/session\.[0-9A-Za-z]*\//HOME\//g
# Counts of a bad network:
s/passed [0-9]*, lost [0-9]*, doubled [0-9]*, held back [0-9]*/passed N, lost N, doubled N, held back N/
# Times of tests:
s/, [0-9.]* s)/, N s)/
