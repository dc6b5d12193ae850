#!/bin/sh
# What was measured of stage 1, as a table.
printf '$ tests/bench/table.sh docs/performance/stage1.csv\n'
tests/bench/table.sh docs/performance/stage1.csv
