// autodidact-sandbox: runs one program that is not trusted. README.md says what it keeps away, and how.
//
// This process stays outside and watches: the program's memory with all its children, its end, and the end of whoever
// reads it. All of them are one process group, which nothing inside can leave, and which is killed as a whole.
#include "sandbox.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The exit status where there can be no sandbox, or the program is not there.
enum { refused = 77 };

noreturn void fail(const char *what, const char *which) {
    int error = errno;
    fprintf(stderr, "autodidact-sandbox: %s%s%s%s%s\n", what, which ? " " : "", which ? which : "", error ? ": " : "",
            error ? strerror(error) : "");
    _exit(refused);
}

const char *find_program(const char *name) {
    static const char *const folders[] = {"/usr/local/bin/", "/usr/bin/", "/bin/", NULL};
    static char path[4096];
    if (strchr(name, '/')) return name;
    for (int index = 0; folders[index]; index++) {
        snprintf(path, sizeof path, "%s%s", folders[index], name);
        if (!access(path, X_OK)) return path;
    }
    return NULL;
}

static unsigned long number(const char *text, const char *option) {
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno || end == text || *end) {
        errno = 0;
        fail("not a number after", option);
    }
    return value;
}

static struct order read_order(int count, char **words) {
    static const char *paths[128];
    struct order order = {512ul << 20, 32, paths, 1000, NULL, NULL};
    size_t path_count = 0;
    int index = 1;
    for (; index + 1 < count && strcmp(words[index], "--"); index += 2) {
        const char *option = words[index], *value = words[index + 1];
        if (!strcmp(option, "--memory")) {
            order.memory = number(value, option) << 20;
        } else if (!strcmp(option, "--processes")) {
            order.processes = number(value, option);
        } else if (!strcmp(option, "--landlock")) {
            order.landlock = (int)number(value, option);
        } else if (!strcmp(option, "--bubblewrap")) {
            order.bubblewrap = value;
        } else if (!strcmp(option, "--read")) {
            if (path_count + 1 >= sizeof paths / sizeof *paths) fail("too many files to read", NULL);
            paths[path_count++] = value;
        } else {
            fail("unknown option", option);
        }
    }
    if (index + 1 >= count || strcmp(words[index], "--"))
        fail("usage: autodidact-sandbox [--memory MB] [--processes N] [--read PATH]... -- PROGRAM [ARGUMENT]...", NULL);
    order.words = words + index + 1;
    return order;
}

// Becomes the program.
static noreturn void become(struct order *order, pid_t supervisor) {
    static char *environment[] = {
        "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/", "LANG=C.UTF-8", "TZ=UTC", "PYTHONUNBUFFERED=1",
        "PYTHONDONTWRITEBYTECODE=1", "PYTHONHASHSEED=0", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", NULL,
    };
    errno = 0;
    const char *program = find_program(order->words[0]);
    if (!program) fail("there is no program", order->words[0]);
    int version = landlock_version(order);
    const char *bubblewrap = version ? NULL : order->bubblewrap ? order->bubblewrap : find_program("bwrap");
    errno = 0;
    if (!version && !bubblewrap)
        fail("this kernel has no Landlock, or the service may not use it, and bubblewrap is not installed", NULL);
    set_limits(order, version > 0);
    // After the change of the user, which would undo it.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) fail("cannot end with the supervisor", NULL);
    if (getppid() != supervisor) _exit(refused);
    if (bubblewrap) run_in_bubblewrap(order, bubblewrap, environment);
    restrict_files(order, version);
    struct sock_filter filter[512];
    struct sock_fprog calls = {
        (unsigned short)write_filter(filter, sizeof filter / sizeof *filter, version >= 6), filter};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &calls, 0, 0)) fail("cannot filter system calls", NULL);
    execve(program, order->words, environment);
    fail("cannot run", program);
}

// Resident memory of a process and everything below it, in bytes.
static unsigned long memory_of(pid_t process, int depth) {
    char path[64], text[4096];
    unsigned long pages = 0, total;
    snprintf(path, sizeof path, "/proc/%d/statm", process);
    if (!read_text(path, text, sizeof text)) return 0;
    if (sscanf(text, "%lu %lu", &total, &pages) != 2) pages = 0;
    total = pages * (unsigned long)sysconf(_SC_PAGESIZE);
    snprintf(path, sizeof path, "/proc/%d/task", process);
    DIR *tasks = depth > 200 ? NULL : opendir(path);
    if (!tasks) return total;
    for (struct dirent *entry; (entry = readdir(tasks));) {
        if (!isdigit((unsigned char)entry->d_name[0])) continue;
        snprintf(path, sizeof path, "/proc/%d/task/%.16s/children", process, entry->d_name);
        if (!read_text(path, text, sizeof text)) continue;
        char *save = NULL;
        for (char *word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
            total += memory_of((pid_t)atoi(word), depth + 1);
    }
    closedir(tasks);
    return total;
}

static noreturn void end_group(const char *why) {
    if (why) fprintf(stderr, "autodidact-sandbox: %s\n", why);
    kill(0, SIGKILL);
    _exit(refused);
}

// Waits for the program's end, and ends it and its children where they must not go on.
static noreturn void supervise(const struct order *order, pid_t child) {
    struct pollfd reader = {0, 0, 0};
    char text[200];
    int status, code = -1, patience = 4;
    for (;;) {
        // The writing end of standard input is closed when the daemon is done or gone.
        if (poll(&reader, 1, 50) > 0 && reader.revents) {
            if (!patience--) end_group(NULL);
            poll(NULL, 0, 50);
        }
        pid_t ended;
        while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
            if (ended != child) continue;
            if (WIFSIGNALED(status)) {
                snprintf(text, sizeof text, "the program was ended by signal %d", WTERMSIG(status));
                end_group(text);
            }
            code = WEXITSTATUS(status);
        }
        if (code >= 0) {
            if (ended == 0) end_group(NULL);
            _exit(code);
        }
        unsigned long memory = memory_of(child, 0);
        if (memory > order->memory) {
            snprintf(text, sizeof text, "the program and its children use %lu MB, more than the %lu they may",
                     memory >> 20, order->memory >> 20);
            end_group(text);
        }
    }
}

int main(int count, char **words) {
    // Nothing of the daemon's reaches the program but these three.
    if (syscall(SYS_close_range, 3, ~0u, 0)) {
        for (int file = 3; file < 65536; file++) close(file);
    }
    errno = 0;
    struct order order = read_order(count, words);
    setsid();
    errno = 0;
    if (getpgrp() != getpid()) fail("cannot have a process group of its own", NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int index = 1; index < 32; index++) signal(index, SIG_DFL);
    // Children whose parents have ended come to this process.
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)) fail("cannot take over children", NULL);
    pid_t supervisor = getpid(), child = fork();
    if (child < 0) fail("cannot start a process", NULL);
    if (child == 0) become(&order, supervisor);
    supervise(&order, child);
}
