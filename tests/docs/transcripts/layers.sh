#!/bin/sh
# What the journal and Redis cost, as a table.
printf '$ tests/bench/layers_table.sh docs/performance/layers.csv\n'
tests/bench/layers_table.sh docs/performance/layers.csv
