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
    .target(name: "EventLoop", dependencies: ["CLinux"], swiftSettings: strict),
    .target(name: "WebTerm", dependencies: ["EventLoop", "CLinux"], swiftSettings: strict),
    .executableTarget(
      name: "webtermd", dependencies: ["WebTerm", "EventLoop"], swiftSettings: strict),
    .executableTarget(
      name: "bench", dependencies: ["WebTerm", "EventLoop", "CLinux"], path: "bench",
      exclude: ["README.md", "results", "floor", "child"], swiftSettings: strict),
    .executableTarget(
      name: "bench-floor", path: "bench/floor", linkerSettings: [.linkedLibrary("util")]),
    .executableTarget(name: "bench-child", path: "bench/child"),
    .testTarget(name: "EventLoopTests", dependencies: ["EventLoop"], swiftSettings: strict),
    .testTarget(
      name: "WebTermTests", dependencies: ["WebTerm", "EventLoop"], swiftSettings: strict),
  ]
)
