// Limits, user, environment and file rules of the program.
#include "sandbox.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *const system_paths[] = {
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/alternatives", "/etc/ld.so.cache",
    "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/python3", "/etc/python3.11", "/etc/python3.12",
    "/etc/python3.13", NULL,
};
const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", NULL};

// Landlock's interface, of which older headers know only a part.
enum {
    sys_create_ruleset = 444,
    sys_add_rule = 445,
    sys_restrict_self = 446,
    ask_version = 1,
    path_beneath = 1,
};
struct ruleset {
    uint64_t files, network, scopes;
};
struct rule {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));
enum {
    can_execute = 1 << 0,
    can_write = 1 << 1,
    can_read = 1 << 2,
    can_list = 1 << 3,
    can_refer = 1 << 13,
    can_truncate = 1 << 14,
    can_control_devices = 1 << 15,
    of_first_version = can_refer - 1,
    tcp_bind_and_connect = 3,
    abstract_sockets_and_signals = 3,
};

static void limit(int resource, rlim_t most, const char *name) {
    struct rlimit value = {most, most};
    // Not setrlimit: the unit's filter of system calls has it among the refused.
    if (syscall(SYS_prlimit64, 0, resource, &value, NULL)) fail("cannot limit", name);
}

bool read_text(const char *path, char *text, size_t capacity) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    size_t length = 0;
    ssize_t count;
    while (length + 1 < capacity && (count = read(file, text + length, capacity - length - 1)) > 0)
        length += (size_t)count;
    close(file);
    text[length] = 0;
    return true;
}

// Processes and threads of a user, of which the kernel counts those of the daemon too.
static unsigned long tasks_of(uid_t user) {
    unsigned long count = 0;
    DIR *folder = opendir("/proc");
    if (!folder) fail("cannot read", "/proc");
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!isdigit((unsigned char)entry->d_name[0])) continue;
        char path[300], text[4096];
        unsigned long owner, threads;
        snprintf(path, sizeof path, "/proc/%s/status", entry->d_name);
        if (!read_text(path, text, sizeof text)) continue;
        const char *first = strstr(text, "\nUid:"), *second = strstr(text, "\nThreads:");
        if (first && second && sscanf(first, "\nUid: %lu", &owner) == 1 && owner == user &&
            sscanf(second, "\nThreads: %lu", &threads) == 1)
            count += threads;
    }
    closedir(folder);
    return count;
}

// Root's programs get a user of their own: its processes are counted alone, and it owns nothing.
static void leave_root(bool root_reads) {
    uid_t user = 1900000000u + (uid_t)getpid();
    if (prctl(PR_SET_KEEPCAPS, root_reads ? 1 : 0, 0, 0, 0) || setgroups(0, NULL) || setresgid(user, user, user) ||
        setresuid(user, user, user))
        fail("cannot change to another user than root", NULL);
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct rights[2] = {{0, 0, 0}, {0, 0, 0}};
    if (root_reads) {
        rights[0].effective = rights[0].permitted = rights[0].inheritable = 1u << CAP_DAC_READ_SEARCH;
    }
    if (syscall(SYS_capset, &header, rights)) fail("cannot give up root's capabilities", NULL);
    if (root_reads && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0))
        fail("cannot keep the capability to read", NULL);
}

void set_limits(const struct order *order, bool root_reads) {
    // If memory runs out, the kernel ends this program and not the daemon.
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        if (write(file, "1000", 4) != 4) { /* The supervisor's count of memory is what bounds it. */ }
        close(file);
    }
    bool is_root = geteuid() == 0;
    rlim_t base = is_root ? 0 : tasks_of(getuid());
    limit(RLIMIT_AS, 2 * order->memory, "memory");
    limit(RLIMIT_CORE, 0, "core files");
    limit(RLIMIT_CPU, 3600, "CPU time");
    limit(RLIMIT_FSIZE, 64 << 20, "the size of files");
    limit(RLIMIT_MEMLOCK, 0, "locked memory");
    limit(RLIMIT_MSGQUEUE, 0, "message queues");
    limit(RLIMIT_NOFILE, 256, "open files");
    limit(RLIMIT_NPROC, base + order->processes, "processes");
    if (is_root) leave_root(root_reads);
    umask(077);
    if (chdir("/")) fail("cannot change to", "/");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fail("cannot give up new privileges", NULL);
}

int landlock_version(const struct order *order) {
    long version = syscall(sys_create_ruleset, NULL, 0, ask_version);
    if (version < 0) return 0;
    return version < order->landlock ? (int)version : order->landlock;
}

static void allow(int rules, const char *path, uint64_t rights, bool is_needed) {
    int parent = open(path, O_PATH | O_CLOEXEC);
    if (parent < 0) {
        if (!is_needed && errno == ENOENT) return;
        fail("cannot open", path);
    }
    struct stat state;
    if (fstat(parent, &state)) fail("cannot look at", path);
    if (!S_ISDIR(state.st_mode)) rights &= ~(uint64_t)can_list;
    struct rule rule = {rights, parent};
    if (syscall(sys_add_rule, rules, path_beneath, &rule, 0)) fail("cannot allow", path);
    close(parent);
}

void restrict_files(const struct order *order, int version) {
    struct ruleset handled = {of_first_version, 0, 0};
    size_t size = sizeof handled.files;
    if (version >= 2) handled.files |= can_refer;
    if (version >= 3) handled.files |= can_truncate;
    if (version >= 4) {
        handled.network = tcp_bind_and_connect;
        size += sizeof handled.network;
    }
    if (version >= 5) handled.files |= can_control_devices;
    if (version >= 6) {
        handled.scopes = abstract_sockets_and_signals;
        size += sizeof handled.scopes;
    }
    int rules = (int)syscall(sys_create_ruleset, &handled, size, 0);
    if (rules < 0) fail("cannot make file rules", NULL);
    for (int index = 0; system_paths[index]; index++)
        allow(rules, system_paths[index], can_execute | can_read | can_list, false);
    for (int index = 0; devices[index]; index++) allow(rules, devices[index], can_read | can_write, false);
    for (int index = 0; order->paths[index]; index++)
        allow(rules, order->paths[index], can_execute | can_read | can_list, true);
    if (syscall(sys_restrict_self, rules, 0)) fail("cannot apply file rules", NULL);
    close(rules);
}
