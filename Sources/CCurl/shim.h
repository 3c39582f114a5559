// libcurl for Swift: its variadic functions as typed ones.
#ifndef TIDEGATE_CCURL_H
#define TIDEGATE_CCURL_H

// The macros that check argument types are of no use behind typed functions.
#define CURL_DISABLE_TYPECHECK 1
#include <curl/curl.h>

// A GNU extension of glibc that Swift does not see: a file in memory, closed on exec with flag 1.
int memfd_create(const char *name, unsigned int flags);

typedef size_t (*ccurl_io_function)(char *buffer, size_t size, size_t count, void *user);
typedef int (*ccurl_seek_function)(void *user, curl_off_t offset, int origin);
typedef int (*ccurl_progress_function)(
    void *user, curl_off_t download_total, curl_off_t downloaded, curl_off_t upload_total, curl_off_t uploaded);
typedef curl_socket_t (*ccurl_socket_function)(void *user, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*ccurl_before_request_function)(
    void *user, char *address, char *local_address, int port, int local_port);
typedef int (*ccurl_host_key_function)(void *user, int type, const char *key, size_t length);
typedef int (*ccurl_debug_function)(CURL *handle, curl_infotype kind, char *text, size_t length, void *user);

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_io(CURL *handle, CURLoption option, ccurl_io_function value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode ccurl_set_seek(CURL *handle, ccurl_seek_function value) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, value);
}
static inline CURLcode ccurl_set_progress(CURL *handle, ccurl_progress_function value) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}
static inline CURLcode ccurl_set_open_socket(CURL *handle, ccurl_socket_function value) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, value);
}
static inline CURLcode ccurl_set_before_request(CURL *handle, ccurl_before_request_function value) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, value);
}
static inline CURLcode ccurl_set_host_key(CURL *handle, ccurl_host_key_function value) {
    return curl_easy_setopt(handle, CURLOPT_SSH_HOSTKEYFUNCTION, value);
}
static inline CURLcode ccurl_set_debug(CURL *handle, ccurl_debug_function value) {
    return curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, value);
}

static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode ccurl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURL *ccurl_message_handle(const CURLMsg *message) { return message->easy_handle; }
static inline CURLcode ccurl_message_result(const CURLMsg *message) { return message->data.result; }

#endif
