#!/bin/sh
# Chapter 3: RSA with small numbers.
. tests/docs/transcripts/session.sh

run 'cc -o rsa docs/steps/rsa.c'
run './rsa 13 19 5'
