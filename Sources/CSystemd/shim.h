#pragma once
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>
#include <systemd/sd-id128.h>
#include <sys/sysinfo.h>

// Load average of the last minute, also if a sandbox hides /proc/loadavg; Swift's Glibc lacks sysinfo(2).
static inline double autodidact_load_average(void) {
    struct sysinfo info;
    return sysinfo(&info) == 0 ? (double)info.loads[0] / (1 << SI_LOAD_SHIFT) : 0;
}
