/// Attempts of a judge to get out of its sandbox, in Python.
///
/// Each raises an error, ends the judge, or leaves in `result` what it has got. Known to them: `secret`, a state
/// directory with a file `journal` and a program `tool`; `port` and `control`, where servers of the test listen;
/// `daemon`, the test's own process; `call(name, …)`, which returns what a system call gives, or raises its error.
enum Escapes {
    static let preamble = #"""
        import array, ctypes, errno, fcntl, mmap, os, platform, resource, signal, socket, struct, subprocess, time
        libc = ctypes.CDLL(None, use_errno=True)
        numbers = {
            "x86_64": dict(clone=56, process_vm_readv=310, keyctl=250, bpf=321, perf_event_open=298, userfaultfd=323,
                shmget=29, name_to_handle_at=303, ptrace=101, mount=165, unshare=272, chroot=161, sethostname=170,
                inotify_init1=294, setns=308, init_module=175, ioprio_set=251, prlimit64=302, swapon=167),
            "aarch64": dict(clone=220, process_vm_readv=270, keyctl=219, bpf=280, perf_event_open=241, userfaultfd=282,
                shmget=194, name_to_handle_at=264, ptrace=117, mount=40, unshare=97, chroot=51, sethostname=161,
                inotify_init1=26, setns=268, init_module=105, ioprio_set=30, prlimit64=261, swapon=224),
        }[platform.machine()]
        numbers.update(io_uring_setup=425, pidfd_open=434, clone3=435, pidfd_getfd=438, open_tree=428, fsopen=430,
            process_madvise=440, memfd_secret=447)
        def call(name, *arguments):
            words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
            got = libc.syscall(ctypes.c_long(numbers[name]), *words)
            if got < 0:
                raise OSError(ctypes.get_errno(), name)
            return got
        """#

    /// Name and code.
    static let all: [(name: String, code: String)] = [
        // What is not its own.
        ("read the journal", #"result = open(secret + "/journal").read()"#),
        ("list the state directory", "result = os.listdir(secret)"),
        (
            "list the root",
            #"result = [n for n in os.listdir("/") if n not in ("usr", "bin", "sbin", "lib", "lib64", "etc", "dev", "tmp", "lib32", "libx32")] or 1 / 0"#
        ),
        ("read the users", #"result = open("/etc/passwd").read()"#),
        ("list a home", #"result = os.listdir("/root")"#),
        ("run a program of the state directory", #"result = subprocess.run([secret + "/tool"]).returncode"#),
        ("read the daemon's environment", #"result = open("/proc/%d/environ" % daemon).read()"#),
        ("read the daemon's memory", #"result = open("/proc/%d/mem" % daemon, "rb")"#),
        ("read the parent's environment", #"result = open("/proc/%d/environ" % os.getppid()).read()"#),
        ("go through the daemon's root", #"result = os.listdir("/proc/%d/root%s" % (daemon, secret))"#),
        ("find the daemon's variables", #"result = os.environ["AUTODIDACT_SECRET"]"#),
        ("use the daemon's open files", "result = [os.fstat(n) for n in range(3, 256)]"),
        (
            "open a file by its handle",
            #"result = call("name_to_handle_at", -100, secret.encode(), ctypes.create_string_buffer(b"\x80\0\0\0", 200), ctypes.byref(ctypes.c_int()), 0)"#
        ),
        ("watch the state directory", #"result = call("inotify_init1", 0)"#),
        // Writing.
        ("write to a temporary file", #"result = open("/tmp/autodidact-escape", "w").write("x")"#),
        ("write to shared memory", #"result = open("/dev/shm/autodidact-escape", "w").write("x")"#),
        (
            "fill the disk",
            #"""
            for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/usr", "/usr/share", "/dev", "/", ".", secret):
                try:
                    with open(folder + "/autodidact-escape", "wb") as file:
                        for _ in range(1000):
                            file.write(bytes(1 << 20))
                    result = folder
                except OSError:
                    pass
            """#
        ),
        ("change its own program", #"result = open(judge, "a").write("x")"#),
        ("link to the journal", #"os.symlink(secret + "/journal", "/tmp/autodidact-escape"); result = 1"#),
        (
            "give the journal a second name",
            #"os.link(secret + "/journal", "/tmp/autodidact-escape"); result = 1"#
        ),
        ("remove the journal", #"os.unlink(secret + "/journal"); result = 1"#),
        ("rename the journal", #"os.rename(secret + "/journal", secret + "/other"); result = 1"#),
        ("empty the journal", #"os.truncate(secret + "/journal", 0); result = 1"#),
        ("close the state directory", "os.chmod(secret, 0); result = 1"),
        ("give the journal away", #"os.chown(secret + "/journal", os.getuid(), -1); result = 1"#),
        ("change the journal's time", #"os.utime(secret + "/journal", (0, 0)); result = 1"#),
        ("mark the journal", #"os.setxattr(secret + "/journal", "user.x", b"x"); result = 1"#),
        ("keep memory without a name", #"result = os.memfd_create("x")"#),
        ("keep memory that outlives it", #"result = call("shmget", 0, 1 << 20, 0o1600)"#),
        // The network and other sockets.
        ("connect", #"socket.create_connection(("127.0.0.1", port), 2); result = 1"#),
        ("listen", #"s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); result = 1"#),
        (
            "send a datagram",
            #"socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port)); result = 1"#
        ),
        ("open the control socket", "socket.socket(socket.AF_UNIX).connect(control); result = 1"),
        (
            "send over a pair of datagram sockets",
            "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'x', control); result = 1"
        ),
        ("connect one of a pair", "socket.socketpair()[0].connect(control); result = 1"),
        ("ask the kernel for routes", "result = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)"),
        // Other processes.
        ("signal the daemon", "os.kill(daemon, 0); result = 1"),
        ("let a file signal the daemon", "fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, daemon); result = 1"),
        ("trace the daemon", #"call("ptrace", 16, daemon, 0, 0); result = 1"#),
        (
            "look into the daemon's memory",
            #"call("process_vm_readv", daemon, ctypes.create_string_buffer(16), 1, ctypes.create_string_buffer(16), 1, 0); result = 1"#
        ),
        ("hold the daemon", #"result = call("pidfd_open", daemon, 0)"#),
        ("limit the daemon", "resource.prlimit(daemon, resource.RLIMIT_FSIZE, (0, 0)); result = 1"),
        ("slow the daemon", "os.setpriority(os.PRIO_PROCESS, daemon, 19); result = 1"),
        ("move the daemon", "os.sched_setaffinity(daemon, {0}); result = 1"),
        ("put the daemon's files last", #"call("ioprio_set", 1, daemon, 0x6000); result = 1"#),
        ("leave the session", "os.setsid(); result = 1"),
        ("leave the process group", "os.setpgid(0, 0); result = 1"),
        // Rights.
        (
            "become root",
            "os.setuid(0); os.setgid(0); result = os.getuid() == 0 and open('/etc/shadow').read() or 1 / 0"
        ),
        ("gain rights by a program", "result = 1 if libc.prctl(39, 0, 0, 0, 0) != 1 else 1 / 0"),
        (
            "have a capability to change",
            "caps = (ctypes.c_uint32 * 6)(); libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), caps); result = 1 if caps[0] & ~4 else 1 / 0"
        ),
        ("raise a limit", "resource.setrlimit(resource.RLIMIT_NPROC, (1 << 20, 1 << 20)); result = 1"),
        ("hide from the supervisor", "result = 1 if libc.prctl(4, 0, 0, 0, 0) == 0 else 1 / 0"),
        ("mount", #"call("mount", b"none", b"/usr", b"tmpfs", 0, None); result = 1"#),
        ("open a file system", #"result = call("fsopen", b"tmpfs", 0)"#),
        ("copy a tree of mounts", #"result = call("open_tree", -100, b"/", 1)"#),
        ("change the root", #"call("chroot", b"/usr"); result = 1"#),
        ("make a namespace of users", #"call("unshare", 0x10000000); result = 1"#),
        (
            "make a child in a namespace",
            #"""
            if call("clone", 0x10000000 | 17, 0, 0, 0, 0) == 0:
                os._exit(0)
            result = 1
            """#
        ),
        ("make a child by clone3", #"result = call("clone3", (ctypes.c_uint64 * 11)(0x10000000), 88)"#),
        ("enter the daemon's namespace", #"call("setns", 0, 0); result = 1"#),
        ("use io_uring", #"result = call("io_uring_setup", 8, ctypes.create_string_buffer(120))"#),
        (
            "load a program into the kernel",
            #"call("bpf", 0, ctypes.create_string_buffer(120), 120); result = 1"#
        ),
        (
            "measure the kernel",
            #"result = call("perf_event_open", ctypes.create_string_buffer(120), 0, -1, -1, 0)"#
        ),
        ("handle page faults", #"result = call("userfaultfd", 1)"#),
        ("read keys", #"result = call("keyctl", 0, -3, 1)"#),
        ("name the machine", #"call("sethostname", b"x", 1); result = 1"#),
        ("type into a terminal", "fcntl.ioctl(0, 0x5412, b'x'); result = 1"),
        // Using things up.
        ("take all processes", "while True: os.fork()"),
        (
            "take all processes and wait",
            #"""
            while True:
                try:
                    if os.fork() == 0: time.sleep(1000)
                except OSError: time.sleep(1000)
            """#
        ),
        ("take all memory", "result = bytearray(1 << 40)"),
        ("take memory bit by bit", "kept = []\nwhile True: kept.append(bytearray(1 << 20))"),
        (
            "take memory in many processes",
            #"""
            for _ in range(20):
                if os.fork() == 0: break
            kept = bytearray()
            while len(kept) < 200 << 20: kept.extend(b"x" * (1 << 20))
            time.sleep(1000)
            """#
        ),
        (
            "take shared memory",
            "kept = []\nwhile True:\n    kept.append(mmap.mmap(-1, 1 << 24))\n    kept[-1].write(b'x' * (1 << 24))"
        ),
        ("open all files", "kept = []\nwhile True: kept.append(os.open('/dev/null', 0))"),
        ("sleep", "time.sleep(1000)"),
        ("compute for ever", "while True: pass"),
        ("print a gigabyte", "for _ in range(1024): os.write(1, b'x' * (1 << 20))"),
        ("print a gigabyte of lines", "for _ in range(1024): os.write(1, b'x\\n' * (1 << 19))"),
        ("complain for ever", "while True: os.write(2, b'x' * (1 << 16))"),
        ("close its own output and wait", "os.close(1); time.sleep(1000)"),
        ("stop its supervisor", "os.kill(os.getppid(), signal.SIGSTOP); time.sleep(1000)"),
        ("kill its supervisor", "os.kill(os.getppid(), signal.SIGKILL); 1 / 0"),
        ("kill its group", "os.killpg(0, signal.SIGKILL); time.sleep(1000)"),
        ("stop itself", "os.kill(os.getpid(), signal.SIGSTOP); time.sleep(1000)"),
        ("end", "os._exit(0)"),
    ]
}
