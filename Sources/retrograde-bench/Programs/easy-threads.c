// 64 threads with libcurl's easy interface, a handle each, as a C program would do it.
//
//     easy-threads URL COUNT
#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 64 };
static atomic_long left, failed;
static const char *url;

static size_t ignore(char *data, size_t size, size_t count, void *context) {
    (void)data, (void)context;
    return size * count;
}

static void *work(void *context) {
    (void)context;
    CURL *handle = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_URL, url);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, ignore);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    while (atomic_fetch_sub(&left, 1) > 0)
        if (curl_easy_perform(handle) != CURLE_OK) atomic_fetch_add(&failed, 1);
    curl_easy_cleanup(handle);
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 3) return 64;
    url = arguments[1];
    left = atol(arguments[2]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    return failed > 0;
}
