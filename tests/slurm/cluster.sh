#!/bin/bash
# cluster.sh - a real, throw-away Slurm cluster (munged + slurmctld + N x slurmd) on one machine.
#
#   cluster.sh up     DIR            build and start it; ALL state lives under DIR (nothing in /etc, /var, /run)
#   cluster.sh status DIR            daemons, nodes, queue; exit 0 only if every node is up
#   cluster.sh exec   DIR WHERE CMD  run CMD with the cluster's environment; WHERE = login | n1 | n2 ...
#   cluster.sh crash  DIR nK         power off node nK: SIGKILL everything on it at once (ns mode only)
#   cluster.sh boot   DIR nK         start node nK again after a crash
#   cluster.sh down   DIR            cancel jobs, stop daemons by recorded PID, remove run-time state (DIR/log is kept)
#
# Environment, read by 'up' and then kept in DIR/env.sh:
#   LAB_MODE=auto|ns|loop  ns: every node is its own net+uts+mount+ipc+pid namespace (own hostname, IP address and
#                          /dev/shm; TCP between nodes). loop: plain 'slurmd -N' on 127.0.0.1 with distinct ports;
#                          needs no namespaces, but the nodes share hostname and /dev/shm, so Open MPI must use TCP.
#   LAB_NODES=2 LAB_CPUS=4 LAB_KILLWAIT=10 LAB_CRED=5 LAB_SLURMD_TIMEOUT=20 LAB_PORT=(loop mode: base port)
# Needs (Debian 12), as root: slurm-wlm munge openmpi-bin iproute2 util-linux procps. DIR of at most 70 characters.
set -u
die() { echo "cluster: $*" >&2; exit 1; }
usage() { sed -n '4,9p' "$0" >&2; exit 2; }
[ $# -ge 2 ] || usage
ACTION=$1; mkdir -p "$2" && DIR=$(cd "$2" && pwd -P) || die "bad directory $2"; shift 2
[ "$(id -u)" = 0 ] || die "must be root"
export PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
RUN=$DIR/run ENVF=$DIR/env.sh NET=10.77.0     # NET exists only inside our own namespaces: two labs cannot clash

# A zombie still answers kill -0 (and a container's PID 1 may never reap it), so look at the process state instead.
alive() { [ -n "${1:-}" ] && grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$1/status"; }
dead() { ! alive "$1"; }
# wait_for SECONDS CMD...: poll until CMD succeeds
wait_for() { local t=$(($1 * 5)); shift; until "$@" >/dev/null 2>&1; do t=$((t - 1)); [ $t -gt 0 ] || return 1; sleep 0.2; done; }
init_of() { cat "$RUN/$1.init" 2>/dev/null; }  # PID (seen from outside) of a node's namespace init

# enter NODE: set PFX to what puts a command into every namespace of NODE, keeping the working directory.
# client: only network and hostname of 'login', so that signals, PIDs and files of client commands behave as usual.
enter() {
    PFX=(); [ "$LAB_MODE" = loop ] && return
    local h; h=$(init_of "$1"); alive "$h" || die "$1 is not running"
    PFX=(nsenter -t "$h" -n -u -m -i -p -- sh -c 'cd "$1" 2>/dev/null; shift; exec "$@"' sh "$PWD")
}
client() { PFX=(); [ "$LAB_MODE" = loop ] || { alive "$(init_of login)" || die "not up"; PFX=(nsenter -t "$(init_of login)" -n -u --); }; }
inside() { local PFX; enter "$1"; shift; "${PFX[@]}" "$@"; }
login() { local PFX; client; "${PFX[@]}" "$@"; }

# new_ns NAME: start a holder, PID 1 of a fresh PID namespace (it reaps orphans). Killing it ends everything inside.
new_ns() {
    rm -f "$RUN/$1.ready"
    setsid unshare -n -u -m -i -p --fork --mount-proc --kill-child bash -c '
        hostname "$1" && mount -t tmpfs -o mode=1777 "shm-$1" /dev/shm && mount --bind "$2/hosts" /etc/hosts &&
        ip link set lo up && : >"$2/run/$1.ready" || exit 1
        cd /; while :; do sleep 86400 & wait $!; done' init "$1" "$DIR" </dev/null >>"$DIR/log/$1.init.log" 2>&1 &
    local up=$!
    wait_for 10 test -e "$RUN/$1.ready" || die "namespace of $1: $(tail -n 3 "$DIR/log/$1.init.log")"
    pgrep -P "$up" >"$RUN/$1.init" || die "no init for $1"
}
kill_ns() { local h; h=$(init_of "$1"); alive "$h" && { kill -KILL "$h"; wait_for 5 dead "$h"; }; rm -f "$RUN/$1.init"; }

start_node() {  # start_node nK
    # a crashed node leaves mpi/pmix sockets and directories named <job>.<step>; a requeued job would trip over them
    local h; rm -rf "$DIR/spool/$1" "$DIR/tmp/$1" "$RUN/slurmd-$1.pid"; mkdir -p "$DIR/spool/$1" "$DIR/tmp/$1"
    if [ "$LAB_MODE" = ns ]; then
        new_ns "$1"; h=$(init_of "$1")
        nsenter -t "$(init_of login)" -n sh -c "ip link del v$1 2>/dev/null; ip link add v$1 type veth peer name eth0 netns $h &&
            ip link set v$1 master br0 up" || die "veth of $1"
        nsenter -t "$h" -n sh -c "ip addr add $NET.$((10 + ${1#n}))/24 dev eth0 && ip link set eth0 up" || die "address of $1"
    fi
    LAB_TAG=$DIR inside "$1" slurmd -N "$1" || die "slurmd $1 did not start, see $DIR/log/slurmd-$1.log"
}
# stop NODE PIDFILE COMM: TERM, then KILL after 10 s, the daemon that wrote PIDFILE (PIDs are those of its PID namespace)
stop() { (inside "$1" sh -c 'p=$(cat "$1" 2>/dev/null) && [ "$(cat "/proc/$p/comm" 2>/dev/null)" = "$2" ] || exit 0
    kill -TERM "$p"; for i in $(seq 100); do grep -qs "^State:.[^ZX]" "/proc/$p/status" || exit 0; sleep 0.1; done
    kill -KILL "$p"' sh "$RUN/$2" "$3") 2>/dev/null; }
descendants() { local c; for c in $(pgrep -P "$1"); do descendants "$c"; echo "$c"; done; }
nodes() { seq -f 'n%g' "$LAB_NODES"; }
all_up() { [ "$(login sinfo -hN -o %T | grep -cE '^(idle|mixed|allocated|completing)$')" = "$LAB_NODES" ]; }
queue_empty() { local q; q=$(login squeue -h) && [ -z "$q" ]; }

write_config() {
    local n i port=${LAB_PORT:-$((20000 + $$ * 16 % 12000))} ctl="login($NET.1)"
    [ "$LAB_MODE" = loop ] && ctl="$(hostname -s)(127.0.0.1)"  # must be the real hostname, or slurmctld refuses to start
    { echo "127.0.0.1 localhost"; echo "$NET.1 login"; for n in $(nodes); do echo "$NET.$((10 + ${n#n})) $n"; done; } >"$DIR/hosts"
    cat >"$DIR/slurm.conf" <<CONF
ClusterName=lab
SlurmctldHost=$ctl
SlurmUser=root
SlurmdUser=root
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
CredType=cred/munge
# cred_expire is also how long a requeued job waits before it may start again (default 120 s)
AuthInfo=socket=$RUN/munge.sock,cred_expire=${LAB_CRED:-5}
StateSaveLocation=$DIR/state
SlurmdSpoolDir=$DIR/spool/%n
# per node: otherwise two slurmd on one file system collide on mpi/pmix's spmix_appdir_<uid>_<job>.<step>
TmpFS=$DIR/tmp/%n
SlurmctldPidFile=$RUN/slurmctld.pid
SlurmdPidFile=$RUN/slurmd-%n.pid
SlurmctldLogFile=$DIR/log/slurmctld.log
SlurmdLogFile=$DIR/log/slurmd-%n.log
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
# one line per finished job; MinJobAge keeps finished jobs visible to 'scontrol show job' for a day
JobCompType=jobcomp/filetxt
JobCompLoc=$DIR/log/jobcomp.txt
MinJobAge=86400
MpiDefault=pmix
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
# accept nodes with more CPUs than the machine really has
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=5,bf_interval=5
ReturnToService=2
PropagateResourceLimits=CORE
JobRequeue=1
# refuse at submission what can never run, instead of leaving it pending
EnforcePartLimits=ALL
KillWait=${LAB_KILLWAIT:-10}
SlurmdTimeout=${LAB_SLURMD_TIMEOUT:-20}
CONF
    for i in $(seq "$LAB_NODES"); do
        if [ "$LAB_MODE" = ns ]; then echo "NodeName=n$i NodeAddr=$NET.$((10 + i)) CPUs=$LAB_CPUS RealMemory=1000"
        else echo "NodeName=n$i NodeHostName=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + i)) CPUs=$LAB_CPUS RealMemory=1000"; fi
    done >>"$DIR/slurm.conf"
    echo "PartitionName=lab Nodes=ALL Default=YES MaxTime=INFINITE State=UP" >>"$DIR/slurm.conf"
    cat >"$ENVF" <<CONF
export LAB_MODE=$LAB_MODE LAB_NODES=$LAB_NODES SLURM_CONF=$DIR/slurm.conf
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1  # mpirun refuses root otherwise
export OMPI_MCA_mpi_yield_when_idle=1           # more ranks than cores: idle ranks must give the core away
export OMPI_MCA_hwloc_base_binding_policy=none  # else rank 0 of every "node" is bound to the same real core
export OMPI_MCA_orte_tmpdir_base=$DIR/tmp       # mpirun's session directories
CONF
    # one hostname and one /dev/shm for all nodes: shared-memory segments of equal local ranks collide (SIGSEGV)
    [ "$LAB_MODE" = ns ] || echo "export OMPI_MCA_btl=self,tcp OMPI_MCA_btl_tcp_if_include=lo OMPI_MCA_oob_tcp_if_include=lo" >>"$ENVF"
}

do_up() {
    [ -e "$ENVF" ] && die "$DIR already holds a lab; run 'down' first"
    local b; for b in munged slurmctld slurmd sinfo mpirun ip unshare nsenter pgrep; do command -v $b >/dev/null || die "$b is not installed"; done
    [ ${#DIR} -le 70 ] || die "path too long for unix sockets (108 bytes): $DIR"
    LAB_MODE=${LAB_MODE:-auto} LAB_NODES=${LAB_NODES:-2} LAB_CPUS=${LAB_CPUS:-4}
    [ "$LAB_MODE" != auto ] || { unshare -n -u -m -i -p --fork --mount-proc sh -c 'ip link add br9 type bridge && mount -t tmpfs t /dev/shm &&
        ip link add ve8 type veth peer name ve9' >/dev/null 2>&1 && LAB_MODE=ns || LAB_MODE=loop; }
    case $LAB_MODE in ns | loop) ;; *) die "LAB_MODE=$LAB_MODE?" ;; esac
    rm -rf "$DIR/spool" "$DIR/state" "$DIR/tmp" "$DIR/log" "$RUN"
    mkdir -p "$RUN" "$DIR/log" "$DIR/state" "$DIR/spool" "$DIR/tmp"; chmod 755 "$RUN"
    (umask 077; head -c 1024 /dev/urandom >"$DIR/munge.key")
    trap 'rc=$?; trap - EXIT; echo "cluster: up failed, tearing down (logs: $DIR/log)" >&2; do_down; exit $rc' EXIT
    write_config; . "$ENVF"
    [ "$LAB_MODE" = loop ] || { new_ns login
        inside login sh -c "ip link add br0 type bridge && ip link set br0 up && ip addr add $NET.1/24 dev br0" || die "bridge"; }
    # --force: accept a socket below a mode-0700 directory (for example pytest's tmp_path)
    inside login munged --force --key-file="$DIR/munge.key" --socket="$RUN/munge.sock" --pid-file="$RUN/munged.pid" \
        --log-file="$DIR/log/munged.log" --seed-file="$RUN/munged.seed" 2>>"$DIR/log/munged.err" || die "munged: $(tail -n 2 "$DIR/log/munged.err")"
    wait_for 10 munge -S "$RUN/munge.sock" -n || die "munged does not answer"
    inside login slurmctld -i || die "slurmctld did not start, see $DIR/log/slurmctld.log"
    for b in $(nodes); do start_node "$b"; done
    wait_for 30 all_up || die "nodes not up: $(login sinfo -N 2>&1)"
    trap - EXIT
    echo "cluster up ($LAB_MODE mode): $LAB_NODES nodes x $LAB_CPUS CPUs on $(nproc) real cores, SLURM_CONF=$SLURM_CONF"
}

do_down() {
    [ -e "$ENVF" ] || { echo "no lab in $DIR"; return 0; }
    . "$ENVF"; local n p
    if (login timeout 10 scontrol ping) 2>/dev/null | grep -q 'is UP'; then
        login scancel -f -u root 2>/dev/null; wait_for 20 queue_empty || echo "cluster: jobs still there, killing them" >&2
    fi
    for n in $(nodes); do stop "$n" "slurmd-$n.pid" slurmd; done
    stop login slurmctld.pid slurmctld; stop login munged.pid munged
    if [ "$LAB_MODE" = ns ]; then for n in $(nodes) login; do kill_ns "$n"; done
    else  # slurmstepd outlives slurmd; ours carry LAB_TAG (inherited from our slurmd): end their tasks, then them
        for p in $(pgrep -x slurmstepd); do tr '\0' '\n' 2>/dev/null <"/proc/$p/environ" | grep -qxF "LAB_TAG=$DIR" || continue
            kill -KILL $(descendants "$p") 2>/dev/null; wait_for 5 dead "$p" || kill -KILL "$p"; done
    fi
    rm -rf "$RUN" "$DIR/spool" "$DIR/state" "$DIR/tmp" "$DIR/munge.key" "$DIR/hosts" "$ENVF"
    echo "cluster down: $DIR (logs kept in $DIR/log)"
}

do_status() {
    [ -e "$ENVF" ] || { echo "no lab in $DIR"; return 1; }
    . "$ENVF"; login timeout 10 scontrol ping; login timeout 10 sinfo -N -o '%8N %10T %C (alloc/idle/other/total) %E'; login timeout 10 squeue; all_up
}

case $ACTION in
    up) do_up ;; down) do_down ;; status) do_status ;;
    exec | crash | boot)
        [ -e "$ENVF" ] && [ $# -ge 1 ] || die "no lab in $DIR, or no node named"
        . "$ENVF"; W=$1; shift
        case $ACTION in
            crash) [ "$LAB_MODE" = ns ] && [ -s "$RUN/$W.init" ] && [ "$W" != login ] || die "crash: no such node, or not ns mode"; kill_ns "$W" ;;
            boot) nodes | grep -qx "$W" && dead "$(init_of "$W")" && [ "$LAB_MODE" = ns ] || die "boot: $W is no crashed node"; start_node "$W" ;;
            exec) if [ "$W" = login ]; then client; else enter "$W"; fi; exec "${PFX[@]}" "$@" ;;
        esac ;;
    *) usage ;;
esac
