// What the parts of autodidact-sandbox share. README.md says what the program is for.
#pragma once

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>

// What the command line asks for.
struct order {
    // Memory of the program with all its processes, in bytes.
    unsigned long memory;
    // Processes and threads that it may have.
    unsigned long processes;
    // Files and directories that it may read and execute beside the system's; ends with NULL.
    const char **paths;
    // The highest Landlock version that is used; 0 is none. Tests lower it.
    int landlock;
    // The program bubblewrap; NULL looks for it.
    const char *bubblewrap;
    // The program and its arguments; ends with NULL.
    char **words;
};

// What every program may read and execute; ends with NULL. What is not there is left out.
extern const char *const system_paths[];
// Devices that every program may read and write; ends with NULL.
extern const char *const devices[];

// Ends this process with a message on standard error: what failed, and errno's words if there are any.
noreturn void fail(const char *what, const char *which);

// Reads the beginning of a small file as a text; false if it cannot be read.
bool read_text(const char *path, char *text, size_t capacity);

// The program's path: its own with a slash, otherwise the first in the search path; NULL if there is none.
const char *find_program(const char *name);

// Sets limits, the user and the environment, which do not depend on the kind of sandbox.
//
// root_reads: whether a program of root's keeps the right to read what the file rules allow.
void set_limits(const struct order *order, bool root_reads);

// The version of Landlock that this kernel has and the order allows; 0 for none.
int landlock_version(const struct order *order);

// Lets this process and its children only read and execute the order's files.
void restrict_files(const struct order *order, int version);

// Writes the system call filter and returns its length.
//
// are_signals_scoped: whether Landlock keeps signals inside; otherwise no signal can be sent at all.
size_t write_filter(struct sock_filter *filter, size_t capacity, bool are_signals_scoped);

// Runs the program in bubblewrap.
noreturn void run_in_bubblewrap(const struct order *order, const char *bubblewrap, char **environment);
