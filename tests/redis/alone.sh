#!/bin/sh
# A single server with Redis behaves like one without: it passes the same tests.
. "$(dirname "$0")/../lib/lib.sh"
. "$(dirname "$0")/redis.lib"
start_redis --databases 20000

# Each server has a database of its own, so nothing that one leaves behind affects the next.
cat >"$TMP/shared" <<EOT
#!/bin/sh
exec "$(lib_program stage3 server)" -r redis://127.0.0.1:$redis_port/\$((\$\$ % 20000)) "\$@"
EOT
chmod +x "$TMP/shared"
for name in rooms password away lossy shutdown; do
    tap "$name" env STAGE3_SERVER="$TMP/shared" sh "$ROOT/tests/stage3/$name.sh"
done
done_testing
