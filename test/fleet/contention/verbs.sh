#!/usr/bin/env bash
# A contender that knows Holdfast by its command only: url, fence, records, began at, ttlMs, ships, then node and the command.
export HOLDFAST_URL=$1
fence=$2 records=$3 ttl_ms=$5 node=$7 command=$8
run="verbs-$$" asked=0 stopping=
trap 'stopping=1' TERM
doors=(door gate)
now() { local micros=${EPOCHREALTIME//[.,]/}; echo $((micros / 1000)); }
note() { # what, resource, holder, more
  printf '{"atMs":%s,"run":"%s","what":"%s","resource":"%s","holder":"%s"%s}\n' "$(now)" "$run" "$1" "$2" "$3" "${4:-}" >>"$records"
}
locks() { "$node" "$command" locks "$@" 2>/dev/null; }

# Writes to the fenced resource and renews; a renewal may take no longer than the lease is its own.
section() { # resource, lock, holder
  local steps=$((1 + RANDOM % 4)) sent left code
  note began "$1" "$3" ",\"token\":$token"
  how=finished
  for ((step = 0; step < steps; step++)); do
    left=$((ttl_ms - ($(now) - heard)))
    ((left <= 0)) && how=lost && break
    code=$(curl -s -m 1 -o /dev/null -w '%{http_code}' -H 'content-type: application/json' -d "{\"resource\":\"$1\",\"token\":$token,\"run\":\"$run\"}" "$fence") || true
    [[ $code == 409 ]] && how=fenced && break
    sent=$(now) left=$((ttl_ms - ($(now) - heard)))
    ((left <= 0)) && how=lost && break
    # In braces, so that bash keeps to itself what it has to say of one that was killed.
    { timeout -s KILL "$((left / 1000)).$(printf %03d $((left % 1000)))" "$node" "$command" locks renew "$2" --token "$token" >/dev/null; } 2>/dev/null
    code=$?
    [[ $code == 0 ]] && heard=$sent
    [[ $code == 3 || $code == 4 ]] && how=lost && break
  done
  [[ $how == finished ]] && (($(now) - heard >= ttl_ms)) && how=lost
  [[ $how == finished ]] && ((RANDOM % 10 == 0)) && how=failed
  note ended "$1" "$3" ",\"token\":$token,\"how\":\"$how\""
}

while [[ -z $stopping ]]; do
  name=${doors[RANDOM % 2]} holder="$run-$((++asked))" tries=0 token=
  lock="task:contended/$name" resource="tasklock-contended.$name"
  note asks "$resource" "$holder"
  heard=$(now)
  # The same session gets the same token, however often it asks.
  while answer=$(locks acquire "$lock" verbs --session "$holder" --pid $$ --ttl "${ttl_ms}ms" --tries 1 --timeout 2s --json); code=$?
    [[ $answer =~ \"token\":([0-9]+),\"ttlMs\" ]] && token=${BASH_REMATCH[1]}
    [[ -z $token && ($code == 5 || $code == 124) ]] && ((tries++ < 30)); do sleep 0.2; done
  [[ -n $token ]] || { sleep 0.06; continue; }
  section "$resource" "$lock" "$holder"
  word=COMPLETED tries=0
  [[ $how == failed ]] && word=FAILED
  [[ $how == finished || $how == failed ]] && while locks release "$lock" "$word" --token "$token" --timeout 2s >/dev/null; code=$?
    [[ $code == 5 || $code == 124 ]] && ((tries++ < 30)); do sleep 0.2; done
done
