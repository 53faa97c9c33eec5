// The entry points that libFuzzer calls. Built only by scripts/fuzz.

import Glibc

private func environment(_ name: String) -> String {
  getenv(name).map { String(cString: $0) } ?? ""
}

private let harness: any Harness.Type = {
  let name = environment("FUZZ_HARNESS")
  guard let harness = Harnesses.all[name] else {
    fatalError("FUZZ_HARNESS names no harness: \(name)")
  }
  return harness
}()

/// Writes the seeds to the folder that FUZZ_SEEDS names, before libFuzzer reads it.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?)
  -> CInt
{
  for (index, seed) in harness.seeds.enumerated() {
    guard let file = fopen("\(environment("FUZZ_SEEDS"))/seed-\(index)", "w") else { continue }
    fwrite(seed, 1, seed.count, file)
    fclose(file)
  }
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  harness.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}
