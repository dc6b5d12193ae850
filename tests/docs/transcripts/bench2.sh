#!/bin/sh
# What was measured of stage 2, as a table.
printf '$ tests/bench/table.sh docs/performance/stage2.csv\n'
tests/bench/table.sh docs/performance/stage2.csv
