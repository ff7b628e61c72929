#!/bin/sh
# Everything that can be said about the code without running it. Each step has a line.
set -u
failed=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
step() {
  name=$1
  shift
  if "$@" >"$folder/out" 2>&1; then
    echo "ok    $name"
  else
    echo "FAIL  $name"
    cat "$folder/out"
    failed=1
  fi
}
# No server is asked: these values only have to be of the right form.
demo() { env -u SITE_URL DATA_DIR="$folder" SECRET_KEY=only-for-checks \
  DATABASE_URL="postgresql://nobody@/nothing?host=$folder" REDIS_URL="unix://$folder/none" "$@"; }
production() { env DATA_DIR="$folder" SITE_URL=https://we.example \
  SECRET_KEY='k7Jq2-nB8xV4mW1zR9tL5cD3fG6hP0sA-yU+eI_oKjHgFdS%QwE' \
  DATABASE_URL="postgresql://nobody@/nothing?host=$folder" REDIS_URL="unix://$folder/none" \
  STRIPE_SECRET_KEY=rk_test_1 STRIPE_WEBHOOK_SECRET=whsec_1 ENCRYPTION_KEYS=0123456789abcdef \
  EMAIL_URL=smtp://127.0.0.1:25 "$@"; }
step "linter" "$BIN/ruff" check .
step "formatter" "$BIN/ruff" format --check .
step "types" demo "$BIN/mypy" .
step "import contracts" "$BIN/lint-imports"
step "migrations" demo "$BIN/python" manage.py makemigrations --check --dry-run
step "system check" demo "$BIN/python" manage.py check --fail-level WARNING
step "deployment check" production "$BIN/python" manage.py check --deploy --fail-level WARNING
step "static files" production "$BIN/python" manage.py collectstatic --noinput --verbosity 0
step "translations" "$BIN/python" -c "from weintl.embedded.messages import compile_all; compile_all()"
exit $failed
