#!/usr/bin/env bash
# The same contender with nothing but bash and curl: url, fence, records, began at, ttlMs, ships with commas.
api="$1/api/v1" fence=$2 records=$3 began_at=$4 ttl_ms=$5
IFS=, read -ra ships <<<"$6"
run="shell-$$" asked=0 stopping=
trap 'stopping=1' TERM
phases=(one two three) doors=(door gate)
now() { local micros=${EPOCHREALTIME//[.,]/}; echo $((micros / 1000)); }
note() { # what, resource, holder, more
  printf '{"atMs":%s,"run":"%s","what":"%s","resource":"%s","holder":"%s"%s}\n' "$(now)" "$run" "$1" "$2" "$3" "${4:-}" >>"$records"
}

# Says the body to a path once; $status and $answer are what came back, 000 where nothing did.
say() { # path, body, seconds, key
  local key=()
  [[ -n ${4:-} ]] && key=(-H "idempotency-key: $4")
  answer=$(curl -s -m "$3" -w '\n%{http_code}' "${key[@]}" -H 'content-type: application/json' -d "$2" "$api/$1") || true
  status=${answer##*$'\n'} answer=${answer%$'\n'*}
}

# The same under one key until it is answered.
insist() { # path, body
  local key="$run-$asked-$RANDOM$RANDOM" tries=0
  while say "$1" "$2" 1 "$key"; [[ $status == 000 || $status == 5* ]] && ((tries++ < 60)); do sleep 0.2; done
}

token_of() { [[ $answer =~ \"token\":([0-9]+),\"ttlMs\" ]] && token=${BASH_REMATCH[1]}; }

# Writes to the fenced resource, renews, and stops by itself when it heard nothing for a whole time to live.
section() { # resource, holder, path of the renewals, asked at
  local heard=$4 steps=$((1 + RANDOM % 5)) sent
  note began "$1" "$2" ",\"token\":$token"
  how=finished
  for ((step = 0; step < steps; step++)); do
    (($(now) - heard >= ttl_ms)) && how=lost && break
    code=$(curl -s -m 1 -o /dev/null -w '%{http_code}' -H 'content-type: application/json' -d "{\"resource\":\"$1\",\"token\":$token,\"run\":\"$run\"}" "$fence") || true
    [[ $code == 409 ]] && how=fenced && break
    sleep 0.1
    sent=$(now)
    say "$3" "{\"token\":$token}" 0.4
    [[ $status == 2* ]] && heard=$sent
    [[ $status == 4* ]] && how=lost && break
  done
  [[ $how == finished ]] && (($(now) - heard >= ttl_ms)) && how=lost
  [[ $how == finished ]] && ((RANDOM % 10 == 0)) && how=failed
  note ended "$1" "$2" ",\"token\":$token,\"how\":\"$how\""
}

held() { # resource, holder, claim path, claim body, work path, done verb, done body, failed verb, failed body
  note asks "$1" "$2"
  local asked_at; asked_at=$(now)
  insist "$3" "$4"
  [[ $status == 2* ]] && token_of || { sleep 0.06; return; }
  section "$1" "$2" "$5/renew" "$asked_at"
  [[ $how == finished ]] && insist "$5/$6" "{\"token\":$token$7}"
  [[ $how == failed ]] && insist "$5/$8" "{\"token\":$token$9}"
}

while [[ -z $stopping ]]; do
  holder="$run-$((++asked))" elapsed=$(($(now) - began_at))
  case $((RANDOM % 8)) in
  0 | 1 | 2)
    flow="flow-$((elapsed / 2500))" phase=${phases[RANDOM % 3]}
    say flows "{\"id\":\"$flow\",\"phases\":[\"one\",\"two\",\"three\"]}" 1
    held "phase-$flow.$phase" "$holder" "flows/$flow/resume" "{\"expectedPhase\":\"$phase\",\"holder\":\"$holder\",\"ttlMs\":$ttl_ms}" \
      "flows/$flow/phases/$phase" complete "" fail ',"error":"chance"'
    ;;
  3 | 4)
    task="task-$((elapsed / 1500))"
    say queues/contended/tasks "{\"id\":\"$task\",\"title\":\"$task\"}" 1
    held "tasklock-contended.$task" "$holder" "queues/contended/tasks/$task/claim" \
      "{\"agent\":\"shell\",\"session\":\"$holder\",\"ttlMs\":$ttl_ms}" \
      "queues/contended/tasks/$task" complete "" fail ',"errorType":"chance"'
    ;;
  5 | 6)
    name=${doors[RANDOM % 2]} at=
    held "tasklock-contended.$name" "$holder" "locks/tasks/contended/$name/lease" "{\"holder\":\"$holder\",\"ttlMs\":$ttl_ms}" \
      "locks/tasks/contended/$name/lease" release ",\"holder\":\"$holder\"" release ",\"holder\":\"$holder\",\"reason\":\"failed\""
    ;;
  7)
    ship=${ships[RANDOM % ${#ships[@]}]}
    held "ship-1.$ship" "$holder" "players/1/ships/$ship/lease" "{\"holder\":\"$holder\",\"ttlMs\":$ttl_ms}" \
      "players/1/ships/$ship/lease" release ",\"holder\":\"$holder\"" release ",\"holder\":\"$holder\",\"reason\":\"failed\""
    ;;
  esac
done
