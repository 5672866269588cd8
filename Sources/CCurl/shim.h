#pragma once

#include <curl/curl.h>

// Timers that poll() can wait for. Swift's Glibc module does not export this header.
#include <sys/timerfd.h>

// curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt take "...", which Swift does not import. One function
// per argument type stands in for them, so that the choice of options stays in Swift and a wrong type does not
// compile. They can go when Swift can call C variadics.

static inline CURLcode CCurl_setopt_long(CURL *_Nonnull handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode CCurl_setopt_offset(CURL *_Nonnull handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl copies strings.
static inline CURLcode CCurl_setopt_string(CURL *_Nonnull handle, CURLoption option, const char *_Nullable value) {
    return curl_easy_setopt(handle, option, value);
}

// Bytes that may hold zeros; CURLOPT_COPYPOSTFIELDS copies as many as CURLOPT_POSTFIELDSIZE_LARGE said before.
static inline CURLcode CCurl_setopt_bytes(CURL *_Nonnull handle, CURLoption option, const void *_Nonnull value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl does not copy user pointers: what they point to must outlive the transfer.
static inline CURLcode CCurl_setopt_pointer(CURL *_Nonnull handle, CURLoption option, void *_Nullable value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl does not copy lists: the list must outlive the transfer.
static inline CURLcode CCurl_setopt_list(
    CURL *_Nonnull handle, CURLoption option, struct curl_slist *_Nullable value) {
    return curl_easy_setopt(handle, option, value);
}

typedef size_t (*CCurl_data_callback)(char *_Nullable data, size_t size, size_t count, void *_Nullable context);

// CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION have the same type.
static inline CURLcode CCurl_setopt_data_callback(
    CURL *_Nonnull handle, CURLoption option, CCurl_data_callback _Nonnull value) {
    return curl_easy_setopt(handle, option, value);
}

typedef int (*CCurl_prereq_callback)(
    void *_Nullable context, char *_Nullable remote_address, char *_Nullable local_address, int remote_port,
    int local_port);

static inline CURLcode CCurl_setopt_prereq_callback(CURL *_Nonnull handle, CCurl_prereq_callback _Nonnull value) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, value);
}

static inline CURLcode CCurl_getinfo_long(CURL *_Nonnull handle, CURLINFO info, long *_Nonnull value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode CCurl_multi_setopt_long(CURLM *_Nonnull handle, CURLMoption option, long value) {
    return curl_multi_setopt(handle, option, value);
}

// A message of curl_multi_info_read keeps its result in a union.
static inline CURLcode CCurl_message_result(const CURLMsg *_Nonnull message) {
    return message->data.result;
}
