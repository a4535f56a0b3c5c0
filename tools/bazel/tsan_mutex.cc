// Tells tsan what absl::Mutex orders. Debian's Abseil is built without tsan, so
// every lock of it is invisible and each use of what it guards a false race.
// These definitions stand before the library's own and call them.

#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

#define PROVISION_TO_STRING(name) #name
#define PROVISION_STRING(name) PROVISION_TO_STRING(name)

namespace {

// The library's own definition of what is defined here. `mangled` is the name
// after that of Abseil's namespace, which holds Debian's version.
void* Find(const char* mangled) {
  constexpr char kNamespace[] =
      PROVISION_STRING(ABSL_OPTION_INLINE_NAMESPACE_NAME);
  char name[200];
  std::snprintf(name, sizeof(name), "_ZN%s4absl%zu%s%s",
                mangled[0] == 'K' ? "K" : "", sizeof(kNamespace) - 1,
                kNamespace, mangled[0] == 'K' ? mangled + 1 : mangled);
  void* found = dlsym(RTLD_NEXT, name);
  if (found == nullptr) {
    std::fprintf(stderr, "tsan_mutex: Abseil has no %s\n", name);
    std::abort();
  }
  return found;
}

template <typename Function>
Function Real(const char* mangled) {
  return reinterpret_cast<Function>(Find(mangled));
}

using MutexCall = void (*)(absl::Mutex*);
using MutexTry = bool (*)(absl::Mutex*);
using CondVarCall = void (*)(absl::CondVar*, absl::Mutex*);
using NotificationCall = void (*)(const absl::Notification*);

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  static const auto real = Real<MutexCall>("5Mutex4LockEv");
  __tsan_mutex_pre_lock(this, 0);
  real(this);
  __tsan_mutex_post_lock(this, 0, 0);
}

bool Mutex::TryLock() {
  static const auto real = Real<MutexTry>("5Mutex7TryLockEv");
  __tsan_mutex_pre_lock(this, __tsan_mutex_try_lock);
  const bool locked = real(this);
  __tsan_mutex_post_lock(
      this, __tsan_mutex_try_lock | (locked ? 0 : __tsan_mutex_try_lock_failed),
      0);
  return locked;
}

void Mutex::Unlock() {
  static const auto real = Real<MutexCall>("5Mutex6UnlockEv");
  __tsan_mutex_pre_unlock(this, 0);
  real(this);
  __tsan_mutex_post_unlock(this, 0);
}

void Mutex::ReaderLock() {
  static const auto real = Real<MutexCall>("5Mutex10ReaderLockEv");
  __tsan_mutex_pre_lock(this, __tsan_mutex_read_lock);
  real(this);
  __tsan_mutex_post_lock(this, __tsan_mutex_read_lock, 0);
}

void Mutex::ReaderUnlock() {
  static const auto real = Real<MutexCall>("5Mutex12ReaderUnlockEv");
  __tsan_mutex_pre_unlock(this, __tsan_mutex_read_lock);
  real(this);
  __tsan_mutex_post_unlock(this, __tsan_mutex_read_lock);
}

// The library lets whoever unlocks evaluate the condition, unseen; so here the
// waiting thread does, again and again.
void Mutex::Await(const Condition& condition) {
  while (!condition.Eval()) {
    Unlock();
    usleep(100);
    Lock();
  }
}

void Mutex::LockWhen(const Condition& condition) {
  Lock();
  Await(condition);
}

void CondVar::Wait(Mutex* mutex) {
  static const auto real = Real<CondVarCall>("7CondVar4WaitEPNS0_5MutexE");
  __tsan_mutex_pre_unlock(mutex, 0);
  __tsan_mutex_post_unlock(mutex, 0);
  real(this, mutex);
  __tsan_mutex_pre_lock(mutex, 0);
  __tsan_mutex_post_lock(mutex, 0, 0);
}

void Notification::Notify() {
  static const auto real = Real<NotificationCall>("12Notification6NotifyEv");
  __tsan_release(this);
  real(this);
}

void Notification::WaitForNotification() const {
  static const auto real =
      Real<NotificationCall>("K12Notification19WaitForNotificationEv");
  real(this);
  __tsan_acquire(const_cast<Notification*>(this));
}

ABSL_NAMESPACE_END
}  // namespace absl
