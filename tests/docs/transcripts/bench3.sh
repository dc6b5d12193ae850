#!/bin/sh
# What was measured of stage 3, as a table.
printf '$ tests/bench/table.sh docs/performance/stage3.csv\n'
tests/bench/table.sh docs/performance/stage3.csv
