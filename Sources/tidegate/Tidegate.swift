import Commands

@main struct Tidegate {
    static func main() async {
        await TidegateCommand.start()
    }
}
