// The system call filter. It refuses what Landlock does not cover: sockets, signals to others, limits of others, changes
// of owners, modes and times, and everything that has no place in a program that reads questions and writes verdicts.
#include "sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#else
#error "add this architecture's AUDIT_ARCH to filter.c"
#endif

// Numbers that older headers lack; they are the same on every architecture.
enum {
    nr_io_uring_setup = 425,
    nr_io_uring_enter = 426,
    nr_io_uring_register = 427,
    nr_open_tree = 428,
    nr_move_mount = 429,
    nr_fsopen = 430,
    nr_fsconfig = 431,
    nr_fsmount = 432,
    nr_fspick = 433,
    nr_pidfd_open = 434,
    nr_clone3 = 435,
    nr_pidfd_getfd = 438,
    nr_process_madvise = 440,
    nr_mount_setattr = 442,
    nr_quotactl_fd = 443,
    nr_memfd_secret = 447,
    nr_process_mrelease = 448,
    nr_fchmodat2 = 452,
    nr_setxattrat = 463,
    nr_removexattrat = 466,
    nr_open_tree_attr = 467,
    nr_file_setattr = 469,
};

// Refused whatever their arguments are.
static const int refused[] = {
    // The network, and every socket of the machine.
    SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4,
    // Other processes.
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, SYS_pidfd_send_signal, SYS_setpriority,
    SYS_ioprio_set, SYS_move_pages, SYS_migrate_pages, nr_pidfd_open, nr_pidfd_getfd, nr_process_madvise,
    nr_process_mrelease,
    // Leaving the process group, with which everything is killed.
    SYS_setsid, SYS_setpgid,
    // Mounts and namespaces.
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, SYS_swapon, SYS_swapoff, SYS_quotactl,
    nr_open_tree, nr_move_mount, nr_fsopen, nr_fsconfig, nr_fsmount, nr_fspick, nr_mount_setattr, nr_quotactl_fd,
    nr_open_tree_attr,
    // Files by other ways than their paths, and news of them.
    SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_inotify_init1, SYS_fanotify_init, SYS_memfd_create,
    nr_memfd_secret,
    // What Landlock lets pass: sizes by name, owners, modes, times, attributes.
    SYS_truncate, SYS_fchmod, SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_setxattr, SYS_lsetxattr,
    SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, nr_fchmodat2, nr_setxattrat, nr_removexattrat,
    nr_file_setattr,
#if defined(__x86_64__)
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat, SYS_inotify_init, SYS_ioperm, SYS_iopl,
    SYS_modify_ldt, SYS_uselib, SYS__sysctl,
#endif
    // Memory that outlives a process.
    SYS_shmget, SYS_shmat, SYS_shmctl, SYS_semget, SYS_semctl, SYS_msgget, SYS_msgctl, SYS_mq_open, SYS_mq_unlink,
    // Doors into the kernel.
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_add_key, SYS_request_key, SYS_keyctl, nr_io_uring_setup,
    nr_io_uring_enter, nr_io_uring_register, SYS_personality,
    // The machine.
    SYS_reboot, SYS_kexec_load, SYS_kexec_file_load, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_acct,
    SYS_syslog, SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex, SYS_sethostname,
    SYS_setdomainname, SYS_vhangup, SYS_sync, SYS_syncfs,
};

// Refused where Landlock does not keep signals inside: a filter cannot tell whose process a number is.
static const int signals[] = {SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo};

// Allowed for the caller itself, which is process 0.
static const int only_own[] = {
    SYS_prlimit64, SYS_sched_setaffinity, SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr,
};

// Commands with which a file sends signals to a process, or types into a terminal.
static const uint32_t refused_fcntl[] = {8 /* F_SETOWN */, 10 /* F_SETSIG */, 15 /* F_SETOWN_EX */};
static const uint32_t refused_prctl[] = {4 /* PR_SET_DUMPABLE: it would hide from the supervisor */};
static const uint32_t refused_ioctl[] = {
    0x5412 /* TIOCSTI */, 0x541c /* TIOCLINUX */, 0x8901 /* FIOSETOWN */, 0x8902 /* SIOCSPGRP */,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define REFUSE(error) (SECCOMP_RET_ERRNO | (error))

struct writer {
    struct sock_filter *filter;
    size_t count, capacity;
};

static void put(struct writer *writer, struct sock_filter instruction) {
    if (writer->count == writer->capacity) fail("the system call filter is too long", NULL);
    writer->filter[writer->count++] = instruction;
}

static void load(struct writer *writer, size_t offset) {
    put(writer, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

// The low half of an argument: all that the kernel reads of an int.
static void load_argument(struct writer *writer, int index) {
    load(writer, offsetof(struct seccomp_data, args) + (size_t)index * sizeof(uint64_t));
}

static void leave(struct writer *writer, uint32_t verdict) {
    put(writer, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, verdict));
}

// Gives the verdict if the loaded value is this one.
static void leave_if(struct writer *writer, uint32_t value, uint32_t verdict) {
    put(writer, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
    leave(writer, verdict);
}

// Goes on with the next `length` instructions only for this call, and never beyond them: each such part ends in a verdict.
static void part(struct writer *writer, int call, uint8_t length) {
    put(writer, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, length));
}

// Refuses some of the commands that a call has.
static void part_by_command(struct writer *writer, int call, int argument, const uint32_t *commands, size_t count) {
    part(writer, call, (uint8_t)(2 + 2 * count));
    load_argument(writer, argument);
    for (size_t index = 0; index < count; index++) leave_if(writer, commands[index], REFUSE(EPERM));
    leave(writer, SECCOMP_RET_ALLOW);
}

size_t write_filter(struct sock_filter *filter, size_t capacity, bool are_signals_scoped) {
    struct writer writer = {filter, 0, capacity};
    load(&writer, offsetof(struct seccomp_data, arch));
    put(&writer, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE, 1, 0));
    leave(&writer, SECCOMP_RET_KILL_PROCESS);
    load(&writer, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    // The x32 calls have numbers of their own.
    put(&writer, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
    leave(&writer, REFUSE(ENOSYS));
#endif
    for (size_t index = 0; index < COUNT(refused); index++) leave_if(&writer, (uint32_t)refused[index], REFUSE(EPERM));
    if (!are_signals_scoped) {
        for (size_t index = 0; index < COUNT(signals); index++)
            leave_if(&writer, (uint32_t)signals[index], REFUSE(EPERM));
    }
    // Its arguments are in memory, where a filter cannot look; the C library goes on with clone.
    leave_if(&writer, nr_clone3, REFUSE(ENOSYS));

    part(&writer, SYS_clone, 4);
    load_argument(&writer, 0);
    put(&writer,
        (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
                                     CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                                         CLONE_NEWPID | CLONE_NEWNET,
                                     0, 1));
    leave(&writer, REFUSE(EPERM));
    leave(&writer, SECCOMP_RET_ALLOW);

    for (size_t index = 0; index < COUNT(only_own); index++) {
        part(&writer, only_own[index], 4);
        load_argument(&writer, 0);
        leave_if(&writer, 0, SECCOMP_RET_ALLOW);
        leave(&writer, REFUSE(EPERM));
    }

    // A pair of streams reaches nobody else; datagrams could be sent to any address.
    part(&writer, SYS_socketpair, 7);
    load_argument(&writer, 0);
    put(&writer, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 0, 4));
    load_argument(&writer, 1);
    put(&writer, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf));
    leave_if(&writer, SOCK_STREAM, SECCOMP_RET_ALLOW);
    leave(&writer, REFUSE(EPERM));

    part_by_command(&writer, SYS_fcntl, 1, refused_fcntl, COUNT(refused_fcntl));
    part_by_command(&writer, SYS_ioctl, 1, refused_ioctl, COUNT(refused_ioctl));
    part_by_command(&writer, SYS_prctl, 0, refused_prctl, COUNT(refused_prctl));

    leave(&writer, SECCOMP_RET_ALLOW);
    return writer.count;
}
