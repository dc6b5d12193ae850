#!/bin/sh
# What is reckoned from the measurements; in a copy, so that this changes nothing.
copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
cp docs/performance/*.csv "$copy"

printf '$ tests/bench/scale.sh\n'
tests/bench/scale.sh "$copy"
for picture in scale.svg scale.csv; do
    cmp "$copy/$picture" docs/performance/$picture
done
