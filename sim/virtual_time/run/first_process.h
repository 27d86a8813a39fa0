#pragma once
// FirstProcess: the process with number 1, where processes have numbers of their own. It does
// nothing, and if the supervisor ends, however that is, so does it, and with it all that are left.
//
// It can also have numbers given again, so that processes have the same ones in each of several
// runs.

namespace castaway::virtual_time {

class FirstProcess {
 public:
  /// The next process that is made, in this or its children, is the first one.
  /// Throws: std::system_error.
  FirstProcess();
  FirstProcess(const FirstProcess&) = delete;
  FirstProcess& operator=(const FirstProcess&) = delete;
  ~FirstProcess();

  /// The next number is where give_numbers_again() begins. False if the kernel does not say it; nor
  /// does it give it again then.
  bool remember_number();
  /// Those that are not taken are given again. False if the kernel does not allow it.
  [[nodiscard]] bool give_numbers_again();

 private:
  [[nodiscard]] bool ask(char what) const;

  int socket_ = -1;
};

}  // namespace castaway::virtual_time
