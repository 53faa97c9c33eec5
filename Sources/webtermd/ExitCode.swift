// How the program ends, as sysexits(3) has it.

/// An exit code.
enum ExitCode: Int32 {
  case ok = 0
  case usage = 64
  case missingFile = 66
  case unavailable = 69
  case software = 70
  case cannotCreate = 73
  case noPermission = 77
  case configuration = 78
}
