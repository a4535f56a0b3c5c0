// libcurl, loaded when the first request is made.
//
// It brings some thirty libraries, whose loading takes longer than most
// commands, and most commands make no request.

#ifndef PROVISION_CORE_BASE_LIBCURL_H_
#define PROVISION_CORE_BASE_LIBCURL_H_

// Its macro would call the function, which nothing links.
#define CURL_DISABLE_TYPECHECK
#include "curl/curl.h"
#undef curl_easy_setopt
#undef curl_easy_getinfo

namespace provision {

// The functions of libcurl that we call, without their `curl_`.
struct Libcurl {
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_free) free;
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_multi_add_handle) multi_add_handle;
  decltype(&::curl_multi_cleanup) multi_cleanup;
  decltype(&::curl_multi_info_read) multi_info_read;
  decltype(&::curl_multi_init) multi_init;
  decltype(&::curl_multi_perform) multi_perform;
  decltype(&::curl_multi_poll) multi_poll;
  decltype(&::curl_multi_remove_handle) multi_remove_handle;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
  decltype(&::curl_url) url;
  decltype(&::curl_url_cleanup) url_cleanup;
  decltype(&::curl_url_get) url_get;
  decltype(&::curl_url_set) url_set;
};

// Loaded once and never unloaded; thread-safe. Without the library the program
// ends as one ends whose library is missing at its start: with a line that
// names it, and by abort().
const Libcurl& Curl();

}  // namespace provision

#endif  // PROVISION_CORE_BASE_LIBCURL_H_
