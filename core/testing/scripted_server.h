#ifndef PROVISION_CORE_TESTING_SCRIPTED_SERVER_H_
#define PROVISION_CORE_TESTING_SCRIPTED_SERVER_H_

// A TCP server on the loopback that answers each connection by the next line of
// a script, byte for byte: for faults that no well-behaved server shows.
//
//   ScriptedServer server({Answer("HTTP/1.1 500 No\r\n\r\n"),
//                          [](ScriptedConnection& c) { c.Reset(); }});
//   client.Get(server.Url("/x"));
//   EXPECT_THAT(server.requests(), SizeIs(1));

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace provision {

// One accepted connection. Closed when its handler returns.
class ScriptedConnection {
 public:
  explicit ScriptedConnection(int descriptor) : descriptor_(descriptor) {}

  // Reads up to the empty line that ends the headers; "" if it closes before.
  std::string ReadHead();
  // Stops silently when the other side has closed.
  void Send(absl::string_view bytes);
  // Closes so that the other side sees a reset.
  void Reset();
  // Returns when the other side has closed.
  void AwaitClose();

 private:
  const int descriptor_;
};

class ScriptedServer {
 public:
  // Given the connection and the head of the request that was read from it.
  using Handler =
      std::function<void(ScriptedConnection&, const std::string& head)>;

  // Connections beyond the script are closed at once.
  explicit ScriptedServer(std::vector<Handler> script);
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  // Ends the connection that is open.
  ~ScriptedServer();

  int port() const { return port_; }
  std::string Url(absl::string_view path) const;  // http://127.0.0.1:PORT...
  // Heads of the requests so far; "" for a connection beyond the script.
  std::vector<std::string> requests() const;

 private:
  void Serve();

  const std::vector<Handler> script_;
  int listener_;
  int port_ = 0;
  mutable absl::Mutex mutex_;
  int open_ ABSL_GUARDED_BY(mutex_) = -1;
  bool is_stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::string> requests_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

// Sends these bytes and closes.
ScriptedServer::Handler Answer(std::string bytes);

// The value of a header in a request's head; "" if it has none.
std::string HeaderOf(absl::string_view head, absl::string_view name);

}  // namespace provision

#endif  // PROVISION_CORE_TESTING_SCRIPTED_SERVER_H_
