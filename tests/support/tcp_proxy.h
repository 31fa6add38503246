// A bad network between a device and its practice: carries TCP until told to cut,
// stall or slow down.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <thread>

namespace holdfast::test {

class TcpProxy {
 public:
  // Listens on loopback and carries to `target` (host:port, numeric).
  explicit TcpProxy(std::string target);
  ~TcpProxy();

  const std::string& address() const { return address_; }
  void SetTarget(std::string target);

  // Ends every connection now; new ones are carried.
  void Cut();
  // While true, new connections are closed at once.
  void Refuse(bool refuse) { refuse_ = refuse; }
  // While true, connections stay open and nothing passes: half-open.
  void Stall(bool stall) { stall_ = stall; }
  // Waits this long before it passes on each piece.
  void Delay(std::chrono::milliseconds delay) { delay_ms_ = delay.count(); }

  std::size_t connections() const { return connections_; }

 private:
  void Loop();
  void Accept();
  bool Carry(int from, int to);

  std::string address_;
  int listener_ = -1;
  std::mutex mutex_;
  std::string target_;        // under mutex_
  std::map<int, int> peers_;  // each socket and its other end; the loop's alone
  std::atomic<bool> stop_{false}, cut_{false}, refuse_{false}, stall_{false};
  std::atomic<std::chrono::milliseconds::rep> delay_ms_{0};
  std::atomic<std::size_t> connections_{0};
  std::thread thread_;
};

// A socket that listens on a free loopback port; its address in `address`.
int ListenOnLoopback(std::string& address);
// A socket connected to host:port (numeric); -1 where nobody listens.
int ConnectTo(const std::string& address);

}  // namespace holdfast::test
