// libmicrohttpd, GnuTLS and the event descriptors of Linux, which Swift's Glibc module leaves out, and the calls
// that Swift cannot make by itself.
//
// Every function here stands for one with a variable argument list, which Swift does not import. Their names are
// those of the calls they hide, with the module's prefix.
#pragma once

#include <microhttpd.h>
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

/// What libmicrohttpd calls back, and with what. `context` is handed to each of them.
struct CMicroHTTPD_callbacks {
    void *_Nonnull context;
    /// The request line is complete. The result is the request's own context in all later calls.
    void *_Nullable (*_Nonnull requestLine)(
        void *_Nullable context, const char *_Nonnull target, struct MHD_Connection *_Nonnull connection);
    enum MHD_Result (*_Nonnull handle)(
        void *_Nullable context, struct MHD_Connection *_Nonnull connection, const char *_Nonnull url,
        const char *_Nonnull method, const char *_Nonnull version, const char *_Nullable upload,
        size_t *_Nonnull uploadSize, void *_Nullable *_Nonnull request);
    void (*_Nonnull completed)(
        void *_Nullable context, struct MHD_Connection *_Nonnull connection, void *_Nullable *_Nonnull request,
        enum MHD_RequestTerminationCode code);
    void (*_Nonnull connection)(
        void *_Nullable context, struct MHD_Connection *_Nonnull connection,
        void *_Nullable *_Nonnull socketContext, enum MHD_ConnectionNotificationCode code);
    /// A message for the log, before its arguments are put in.
    void (*_Nonnull complained)(void *_Nullable context, const char *_Nonnull format);
};

static inline void CMicroHTTPD_log(void *callbacks, const char *format, va_list arguments) {
    (void)arguments;
    const struct CMicroHTTPD_callbacks *to = (const struct CMicroHTTPD_callbacks *)callbacks;
    to->complained(to->context, format);
}

/// MHD_start_daemon in external-epoll mode without a socket: connections come by MHD_add_connection. With a certificate
/// (PEM) and its key it speaks TLS. Both, and the callbacks, must stay where they are as long as the daemon lives.
static inline struct MHD_Daemon *_Nullable CMicroHTTPD_start_daemon(
    unsigned connectionLimit, unsigned idleTimeoutSeconds, size_t memoryPerConnection,
    const char *_Nullable certificate, const char *_Nullable key,
    const struct CMicroHTTPD_callbacks *_Nonnull callbacks) {
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = certificate && key ? MHD_USE_TLS : MHD_NO_FLAG;
    return MHD_start_daemon(
        flags | MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME
            | MHD_USE_SUPPRESS_DATE_NO_CLOCK,
        0, NULL, NULL, (MHD_AccessHandlerCallback)callbacks->handle, callbacks->context,
        MHD_OPTION_EXTERNAL_LOGGER, CMicroHTTPD_log, (void *)callbacks, MHD_OPTION_CONNECTION_LIMIT, connectionLimit, MHD_OPTION_CONNECTION_TIMEOUT, idleTimeoutSeconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, memoryPerConnection, MHD_OPTION_URI_LOG_CALLBACK,
        callbacks->requestLine, callbacks->context, MHD_OPTION_NOTIFY_COMPLETED, callbacks->completed,
        callbacks->context, MHD_OPTION_NOTIFY_CONNECTION, callbacks->connection, callbacks->context,
        MHD_OPTION_ARRAY, flags ? tls : tls + 2, MHD_OPTION_END);
}

/// MHD_get_daemon_info(MHD_DAEMON_INFO_EPOLL_FD): readable when the daemon should be run; -1 if there is none.
static inline int CMicroHTTPD_epoll_descriptor(struct MHD_Daemon *_Nonnull daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
    return info ? info->epoll_fd : -1;
}

/// MHD_get_connection_info(MHD_CONNECTION_INFO_CONNECTION_FD).
static inline int CMicroHTTPD_descriptor(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

/// MHD_get_connection_info(MHD_CONNECTION_INFO_SOCKET_CONTEXT): what the connection callback stored.
static inline void *_Nullable CMicroHTTPD_socket_context(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/// MHD_get_connection_info(MHD_CONNECTION_INFO_CLIENT_ADDRESS).
static inline const struct sockaddr *_Nullable CMicroHTTPD_client_address(
    struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

/// MHD_get_connection_info(MHD_CONNECTION_INFO_GNUTLS_SESSION): NULL where the connection is not encrypted.
static inline gnutls_session_t _Nullable CMicroHTTPD_tls_session(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info ? (gnutls_session_t)info->tls_session : NULL;
}

/// MHD_get_connection_info(MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE): bytes from the method to the end of the header
/// section, its empty line included.
static inline size_t CMicroHTTPD_head_size(struct MHD_Connection *_Nonnull connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

/// accept4 with SOCK_CLOEXEC and SOCK_NONBLOCK, which Glibc's module leaves out: no child process may inherit a
/// connection, not even one that is started in the same instant.
static inline int CMicroHTTPD_accept(
    int listener, struct sockaddr_storage *_Nonnull address, socklen_t *_Nonnull size) {
    extern int accept4(int, struct sockaddr *, socklen_t *, int);
    return accept4(listener, (struct sockaddr *)address, size, SOCK_CLOEXEC | SOCK_NONBLOCK);
}
