// swift-tools-version: 6.2
// What is built here. There are no dependencies: the toolchain's own libraries and one small C target.

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "webtermd",
  products: [
    .executable(name: "webtermd", targets: ["webtermd"]),
    .executable(name: "bench", targets: ["bench"]),
  ],
  targets: [
    .target(
      name: "CLinux", linkerSettings: [.linkedLibrary("util"), .linkedLibrary("crypt")]),
    .target(
      name: "EventLoop", dependencies: ["CLinux"], exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "WebTerm", dependencies: ["EventLoop", "CLinux"],
      exclude: [
        "Channel", "Consoles", "Emulation", "Inventory", "Logs", "News", "Operations", "Remote",
        "Server", "Sharing", "Site", "Telnet", "Terminal", "Workspace",
      ].map {
        "\($0)/README.md"
      },
      swiftSettings: strict),
    .executableTarget(
      name: "webtermd", dependencies: ["WebTerm", "EventLoop", "CLinux"], swiftSettings: strict),
    .executableTarget(
      name: "bench", dependencies: ["WebTerm", "EventLoop", "CLinux"], path: "bench",
      exclude: ["README.md", "results", "floor", "child", "device", "page.py", "soak.py"],
      swiftSettings: strict),
    .testTarget(name: "EventLoopTests", dependencies: ["EventLoop"], swiftSettings: strict),
    .testTarget(
      name: "WebTermTests", dependencies: ["WebTerm", "EventLoop"], swiftSettings: strict),
  ]
)

// The fuzzers' harnesses are tests as a rule. scripts/fuzz and scripts/conformance want programs, which see
// what is internal to WebTerm and so do not belong into an ordinary build.
if Context.environment["WEBTERMD_TOOLS"] == nil {
  package.targets.append(
    .testTarget(
      name: "FuzzTests", dependencies: ["WebTerm", "EventLoop"], path: "fuzz",
      exclude: ["README.md", "driver"],
      swiftSettings: strict))
} else {
  package.products += [
    .executable(name: "fuzz", targets: ["fuzz"]),
    .executable(name: "websocket-echo", targets: ["websocket-echo"]),
  ]
  package.targets += [
    .executableTarget(
      name: "fuzz", dependencies: ["WebTerm", "EventLoop"], path: "fuzz",
      exclude: ["README.md", "FuzzTests.swift"], swiftSettings: strict),
    .executableTarget(
      name: "websocket-echo", dependencies: ["WebTerm", "EventLoop"], path: "Tests/Conformance",
      exclude: ["conformance.json"], swiftSettings: strict),
  ]
}
