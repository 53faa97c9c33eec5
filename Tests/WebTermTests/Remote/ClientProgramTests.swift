import EventLoop
import Glibc
import Testing

@testable import WebTerm

@Suite("Client programs") struct ClientProgramTests {
  private static func program(_ content: String) throws -> (program: ClientProgram, path: String) {
    var name = Array("/tmp/webterm-program-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    try #require(descriptor >= 0)
    close(descriptor)
    let path = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    defer { unlink(path) }
    try writeFile(path, Array(content.utf8))
    return (ClientProgram(path: path, head: try readFile(path, atMost: 255)), path)
  }

  @Test("a program is executed as it is")
  func binary() {
    let program = ClientProgram(path: "/usr/bin/env", head: [0x7f, 0x45])
    #expect(program.executable == "/usr/bin/env" && program.leading == ["/usr/bin/env"])
    #expect(program.script == nil && !program.mayStartPrograms)
  }

  @Test("a script is executed by its interpreter, with the one argument that its first line has")
  func script() throws {
    let (program, path) = try Self.program("#! /usr/bin/python3 -I -S\nprint(1)\n")
    #expect(program.executable == "/usr/bin/python3")
    #expect(program.leading == ["/usr/bin/python3", "-I -S", path])
    #expect(program.script == path && !program.mayStartPrograms)
  }

  @Test("env is looked through, since two programs would have to be executed for it")
  func env() throws {
    let (program, path) = try Self.program("#!/usr/bin/env sh\n")
    #expect(["/usr/bin/sh", "/bin/sh"].contains(program.executable))
    #expect(program.leading == [program.executable, path])
    #expect(program.mayStartPrograms)
  }

  @Test("an interpreter that env would not find either stays env's problem")
  func unknown() throws {
    let (program, path) = try Self.program("#!/usr/bin/env no-such-interpreter\n")
    #expect(program.executable == "/usr/bin/env")
    #expect(program.leading == ["/usr/bin/env", "no-such-interpreter", path])
  }

  @Test(
    "only a shell's script may start programs", arguments: ["/bin/sh", "/bin/bash", "/bin/dash"])
  func shells(_ shell: String) throws {
    #expect(try Self.program("#!\(shell)\n").program.mayStartPrograms)
    #expect(!ClientProgram(path: shell, head: nil).mayStartPrograms)
  }
}
