// A library to preload: it makes file operations of a process fail, ends it at one of them, or records them.
#pragma once
