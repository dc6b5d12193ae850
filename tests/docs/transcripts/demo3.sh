#!/bin/sh
# What `make demo` shows of stage 3.
tests/demo.sh stage3 | sed '$d' | sed '$d'
