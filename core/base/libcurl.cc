#include "core/base/libcurl.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

namespace provision {
namespace {

// The GnuTLS flavour: OpenSSL's would bind to BoringSSL's symbols and crash.
constexpr char kLibrary[] = "libcurl-gnutls.so.4";

[[noreturn]] void Fail() {
  std::fprintf(stderr, "provision: %s cannot be loaded: %s\n", kLibrary,
               dlerror());
  std::abort();
}

template <typename Function>
void Find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) Fail();
}

Libcurl Load() {
  void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) Fail();
  Libcurl curl;
  Find(library, "curl_easy_cleanup", curl.easy_cleanup);
  Find(library, "curl_easy_getinfo", curl.easy_getinfo);
  Find(library, "curl_easy_init", curl.easy_init);
  Find(library, "curl_easy_setopt", curl.easy_setopt);
  Find(library, "curl_easy_strerror", curl.easy_strerror);
  Find(library, "curl_free", curl.free);
  Find(library, "curl_global_init", curl.global_init);
  Find(library, "curl_multi_add_handle", curl.multi_add_handle);
  Find(library, "curl_multi_cleanup", curl.multi_cleanup);
  Find(library, "curl_multi_info_read", curl.multi_info_read);
  Find(library, "curl_multi_init", curl.multi_init);
  Find(library, "curl_multi_perform", curl.multi_perform);
  Find(library, "curl_multi_poll", curl.multi_poll);
  Find(library, "curl_multi_remove_handle", curl.multi_remove_handle);
  Find(library, "curl_slist_append", curl.slist_append);
  Find(library, "curl_slist_free_all", curl.slist_free_all);
  Find(library, "curl_url", curl.url);
  Find(library, "curl_url_cleanup", curl.url_cleanup);
  Find(library, "curl_url_get", curl.url_get);
  Find(library, "curl_url_set", curl.url_set);
  curl.global_init(CURL_GLOBAL_DEFAULT);
  return curl;
}

}  // namespace

const Libcurl& Curl() {
  static const Libcurl* const curl = new Libcurl(Load());
  return *curl;
}

}  // namespace provision
