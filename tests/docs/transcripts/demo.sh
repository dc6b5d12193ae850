#!/bin/sh
# What `make demo` shows.
tests/demo.sh
