// The floor: the least that a program on libmicrohttpd can do. Every request gets the same response object.
//
//     floor FILE     answers with what FILE holds: the status, a field a line, an empty line, the body
//
// It listens on a free port of 127.0.0.1 and prints it. One thread, epoll, the memory per connection that Retrograde
// gives, and libmicrohttpd's own Date. SIGTERM ends it.
#include <microhttpd.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct MHD_Response *response;
static unsigned int status;

static enum MHD_Result handle(
    void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
    const char *upload, size_t *size, void **request) {
    (void)context, (void)url, (void)method, (void)version, (void)upload;
    // libmicrohttpd calls once when the header section is complete, and again for the answer.
    if (!*request) {
        *request = response;
        return MHD_YES;
    }
    if (*size) {
        *size = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, status, response);
}

static int readResponse(const char *path) {
    static char text[1 << 16];
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    size_t size = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[size] = 0;
    char *line = text, *body = strstr(text, "\n\n");
    if (!body) return 0;
    body += 2;
    status = (unsigned int)strtoul(line, NULL, 10);
    response = MHD_create_response_from_buffer(size - (size_t)(body - text), body, MHD_RESPMEM_MUST_COPY);
    for (line = strchr(line, '\n') + 1; *line != '\n'; line = strchr(line, '\n') + 1) {
        char field[4096], *colon;
        size_t length = strcspn(line, "\n");
        if (length >= sizeof field) return 0;
        memcpy(field, line, length);
        field[length] = 0;
        if (!(colon = strstr(field, ": "))) return 0;
        *colon = 0;
        if (MHD_add_response_header(response, field, colon + 2) != MHD_YES) return 0;
    }
    return 1;
}

int main(int count, char **arguments) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);

    if (count != 2 || !readResponse(arguments[1])) {
        fprintf(stderr, "usage: floor FILE\n");
        return 64;
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, handle, NULL,
        MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_CONNECTION_LIMIT, 16000u,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(32 * 1024), MHD_OPTION_CONNECTION_TIMEOUT, 60u, MHD_OPTION_END);
    if (!daemon) {
        fprintf(stderr, "floor: libmicrohttpd does not start\n");
        return 2;
    }
    printf("%u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    int signal;
    sigwait(&ends, &signal);
    MHD_stop_daemon(daemon);
    MHD_destroy_response(response);
    return 0;
}
