/* What a process asks the disk for, below one folder, in order: for test_power_loss.py, which preloads it.

   Every line of the log is one call that succeeded, and is written before the caller goes on:
     write PATH OFFSET HEX | truncate PATH LENGTH | sync PATH | create PATH | remove PATH | rename PATH 0 HEX
   PATH is that of the file or folder within the folder, "." for the folder itself; the HEX of a rename is the new one.
   Folders are not recorded when they are made or removed. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Threads take turns from before a call until it is noted, so that the log has the order in which things happened. */
static pthread_mutex_t turn = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

static void end_turn(int *unused) {
    (void)unused;
    pthread_mutex_unlock(&turn);
}

#define MY_TURN \
    __attribute__((cleanup(end_turn))) int taken = pthread_mutex_lock(&turn)

static int log_file(void) {
    static int file = -1;
    if (file < 0) file = REAL(open)(getenv("RECORD_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0644);
    return file;
}

/* The path within the recorded folder, or NULL for any other file. */
static const char *inside(const char *path) {
    const char *folder = getenv("RECORD_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    if (!length || strncmp(path, folder, length)) return NULL;
    if (!path[length]) return ".";
    return path[length] == '/' ? path + length + 1 : NULL;
}

static const char *inside_of(int file) {
    static char path[4096];
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return NULL;
    path[length] = 0;
    return inside(path);
}

static void note(const char *what, const char *path, long long number, const void *bytes, size_t count) {
    if (!path) return;
    char *line = malloc(strlen(path) + 2 * count + 128), *end = line;
    end += sprintf(end, "%s %s %lld ", what, path, number);
    for (size_t place = 0; place < count; place++) end += sprintf(end, "%02x", ((const unsigned char *)bytes)[place]);
    *end++ = '\n';
    if (REAL(write)(log_file(), line, end - line) != end - line) abort();
    free(line);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    MY_TURN;
    ssize_t done = REAL(pwrite64)(file, bytes, count, offset);
    if (done > 0) note("write", inside_of(file), offset, bytes, done);
    return done;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) { return pwrite64(file, bytes, count, offset); }

ssize_t write(int file, const void *bytes, size_t count) {
    MY_TURN;
    off64_t offset = lseek64(file, 0, SEEK_CUR);
    ssize_t done = REAL(write)(file, bytes, count);
    if (done > 0) note("write", inside_of(file), offset, bytes, done);
    return done;
}

int ftruncate64(int file, off64_t length) {
    MY_TURN;
    int failed = REAL(ftruncate64)(file, length);
    if (!failed) note("truncate", inside_of(file), length, NULL, 0);
    return failed;
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int fsync(int file) {
    MY_TURN;
    int failed = REAL(fsync)(file);
    if (!failed) note("sync", inside_of(file), 0, NULL, 0);
    return failed;
}

int fdatasync(int file) {
    MY_TURN;
    int failed = REAL(fdatasync)(file);
    if (!failed) note("sync", inside_of(file), 0, NULL, 0);
    return failed;
}

int unlink(const char *path) {
    MY_TURN;
    int failed = REAL(unlink)(path);
    if (!failed) note("remove", inside(path), 0, NULL, 0);
    return failed;
}

int unlinkat(int folder, const char *name, int flags) {
    MY_TURN;
    char path[8192];
    const char *parent = flags & AT_REMOVEDIR ? NULL : inside_of(folder);
    if (parent) snprintf(path, sizeof path, "%s/%s", parent, name);
    int failed = REAL(unlinkat)(folder, name, flags);
    if (!failed && parent) note("remove", path, 0, NULL, 0);
    return failed;
}

int rename(const char *old, const char *new) {
    MY_TURN;
    int failed = REAL(rename)(old, new);
    const char *becomes = inside(new);
    if (!failed && becomes) note("rename", inside(old), 0, becomes, strlen(becomes));
    return failed;
}

int open64(const char *path, int flags, ...) {
    MY_TURN;
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    int is_new = flags & O_CREAT && access(path, F_OK);
    int file = REAL(open64)(path, flags, mode);
    if (file >= 0 && is_new) note("create", inside(path), 0, NULL, 0);
    return file;
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open64(path, flags, mode);
}

/* A stream writes with the C library's own calls, which cannot be replaced: so one that writes below the folder is made
   to write with those above. */
static ssize_t write_to(void *file, const char *bytes, size_t count) {
    ssize_t done = write(*(int *)file, bytes, count);
    return done < 0 ? 0 : done;
}

static int close_it(void *file) {
    int failed = close(*(int *)file);
    free(file);
    return failed;
}

FILE *fopen64(const char *path, const char *mode) {
    if (mode[0] != 'w' || strchr(mode, '+') || !inside(path)) return REAL(fopen64)(path, mode);
    int *file = malloc(sizeof *file);
    *file = open64(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (*file >= 0) return fopencookie(file, mode, (cookie_io_functions_t){.write = write_to, .close = close_it});
    free(file);
    return NULL;
}

FILE *fopen(const char *path, const char *mode) { return fopen64(path, mode); }
