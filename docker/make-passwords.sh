#!/bin/sh
# Makes docker/passwords.env with new passwords for a volume that does not exist yet. `make up` runs it each time. Passwords
# in the environment are used. An existing volume was made with other passwords, so it gets no new ones. An existing file is
# left alone, except that it gets the key that encrypts secrets if it has none: that key belongs to no volume.
set -eu
file=docker/passwords.env
names='POSTGRES_PASSWORD BAHI_OWNER_PASSWORD BAHI_APP_PASSWORD BAHI_ADMIN_PASSWORD'

for name in $names; do
  if [ -f .env ] && grep -q "^[[:space:]]*\(export \)\{0,1\}$name=" .env; then
    echo "Move $name from .env to $file: what .env sets reaches every container." >&2
    exit 1
  fi
done
umask 077

add_data_key() {
  if [ -f .env ] && grep -q '^[[:space:]]*\(export \)\{0,1\}DATA_ENCRYPTION_KEY=.' .env; then return; fi
  if grep -q '^DATA_ENCRYPTION_KEY=' "$file"; then return; fi
  echo "DATA_ENCRYPTION_KEY=${DATA_ENCRYPTION_KEY:-$(head -c 32 /dev/urandom | base64)}" >>"$file"
  echo "Made the key that encrypts secrets: $file. Who loses it loses the secrets of webhook endpoints." >&2
}

if [ -f "$file" ]; then
  add_data_key
  exit 0
fi

# The project's name, derived as Compose does.
project=${COMPOSE_PROJECT_NAME:-$(basename "$PWD" | tr '[:upper:]' '[:lower:]' | tr -cd 'a-z0-9_-' | sed 's/^[-_]*//')}
volume=$(docker volume ls --quiet --filter label=com.docker.compose.volume=postgres \
  --filter "label=com.docker.compose.project=$project")

trap 'rm -f "$file.new"' EXIT
for name in $names; do
  eval "password=\${$name:-}"
  if [ -z "$password" ]; then
    if [ -n "$volume" ]; then
      echo "The volume $volume has passwords of before, and $file does not name them. Write them there: $(echo "$names" | sed 's/ /=…, /g')=… \
(where none were set: postgres, bahi-owner, bahi-app and bahi-admin, which are published). Or delete its data: docker volume rm $volume" >&2
      exit 1
    fi
    password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
  fi
  echo "$name=$password"
done >"$file.new"
mv "$file.new" "$file"
echo "Made the passwords of the database: $file. The volume needs them; keep the file with it." >&2
add_data_key
