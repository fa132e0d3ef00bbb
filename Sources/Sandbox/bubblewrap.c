// The sandbox where the kernel has no Landlock: bubblewrap, with namespaces of its own.
#include "sandbox.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct line {
    const char *words[400];
    size_t count;
};

static void put(struct line *line, const char *word) {
    if (line->count + 1 >= sizeof line->words / sizeof *line->words) fail("the command line is too long", NULL);
    line->words[line->count++] = word;
}

static void put_all(struct line *line, const char *const *words) {
    for (; *words; words++) put(line, *words);
}

static void put_binding(struct line *line, const char *option, const char *path) {
    put(line, option);
    put(line, path);
    put(line, path);
}

noreturn void run_in_bubblewrap(const struct order *order, const char *bubblewrap, char **environment) {
    // Signals stay inside the namespace of processes.
    struct sock_filter filter[512];
    size_t size = write_filter(filter, sizeof filter / sizeof *filter, true) * sizeof *filter;
    int pipes[2];
    if (pipe(pipes) || write(pipes[1], filter, size) != (ssize_t)size) fail("cannot hand over the filter", NULL);
    close(pipes[1]);
    if (dup2(pipes[0], 9) < 0) fail("cannot hand over the filter", NULL);
    if (pipes[0] != 9) close(pipes[0]);

    struct line line = {{0}, 0};
    const char *const first[] = {
        "bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--seccomp", "9", "--chdir", "/", NULL,
    };
    put_all(&line, first);
    for (int index = 0; system_paths[index]; index++) put_binding(&line, "--ro-bind-try", system_paths[index]);
    for (int index = 0; devices[index]; index++) put_binding(&line, "--dev-bind-try", devices[index]);
    for (int index = 0; order->paths[index]; index++) put_binding(&line, "--ro-bind", order->paths[index]);
    const char *const last[] = {"--remount-ro", "/", "--", NULL};
    put_all(&line, last);
    put_all(&line, (const char *const *)order->words);
    put(&line, NULL);
    execve(bubblewrap, (char **)line.words, environment);
    fail("cannot run", bubblewrap);
}
