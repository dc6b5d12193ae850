# What differs from run to run in a transcript, made equal before transcripts are compared.
# Ports the system chose:
s/\(listening on [a-z]* [^ ]*:\)[0-9][0-9]*/\1PORT/g
s/ port [0-9][0-9]*/ port PORT/g
s/-p [1-9][0-9]*/-p PORT/g
# The clock:
s/\([^0-9]\|^\)[0-2][0-9]:[0-5][0-9]\([^0-9]\|$\)/\112:34\2/g
