using System.Diagnostics;
using RapidTuner.Telemetry.Conformance;

namespace RapidTuner.Telemetry.Postgres.Tests;

/// <summary>
/// A PostgreSQL server of the tests' own: the installed one's programs (Debian puts them under /usr/lib/postgresql), a fresh
/// cluster in a temporary folder, a Unix socket there and no TCP port.
/// </summary>
internal sealed class PostgresServer : IDisposable
{
    private readonly TempFolder _folder = new();

    private PostgresServer()
    {
    }

    /// <summary>Where the server's programs are; null when there is no server.</summary>
    public static string? Programs { get; } = Find();

    public string ConnectionString => $"Host={_folder.Path};Port=5432;Database=postgres;Username=tuner;Timeout=5;Pooling=true";

    public static PostgresServer Start()
    {
        var server = new PostgresServer();
        if (Environment.IsPrivilegedProcess)
        {
            // The server refuses to run as root: it runs as the user that its package made.
            Execute("chown", $"postgres {server._folder.Path}");
        }

        Run("initdb", $"-D {server._folder.Path}/data -U tuner -A trust -E UTF8 --locale=C -N");
        server.Resume();
        return server;
    }

    /// <summary>Starts the stopped server again.</summary>
    public void Resume() =>
        Run("pg_ctl", $"-D {_folder.Path}/data -w -t 60 -l {_folder.Path}/log -o \"-k {_folder.Path} -c listen_addresses= -c fsync=off\" start");

    /// <summary>Stops it at once, as a crash would.</summary>
    public void Stop() => Run("pg_ctl", $"-D {_folder.Path}/data -w -t 60 -m immediate stop");

    public void Dispose()
    {
        Stop();
        if (Environment.IsPrivilegedProcess)
        {
            Execute("chown", $"-R root {_folder.Path}");
        }

        _folder.Dispose();
    }

    private static string? Find()
    {
        const string debian = "/usr/lib/postgresql";
        var folders = Directory.Exists(debian)
            ? Directory.GetDirectories(debian).OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0).Select(d => Path.Combine(d, "bin"))
            : [];
        return folders.Concat(["/usr/local/bin", "/usr/bin"]).FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "pg_ctl")));
    }

    private static void Execute(string program, string arguments, string? asUser = null)
    {
        var start = asUser is null
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo("runuser", $"-u {asUser} -- {program} {arguments}");
        // The server outlives pg_ctl and must not keep the tests' pipes open.
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = "/";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {arguments} ended with {process.ExitCode}: {process.StandardError.ReadToEnd()}");
        }
    }

    private static void Run(string program, string arguments) =>
        Execute(Path.Combine(Programs!, program), arguments, Environment.IsPrivilegedProcess ? "postgres" : null);
}
