using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace RapidTuner.Bench.Service;

/// <summary>The service as a process of its own, on a free loopback port, with a data folder that goes with it.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("rapidtuner-bench-").FullName;

    /// <summary>Starts it.</summary>
    /// <param name="program">A program, or a <c>.dll</c> to be run by <c>dotnet</c>.</param>
    /// <param name="load">Its load.</param>
    public ServiceProcess(string program, string load)
    {
        var managed = program.EndsWith(".dll", StringComparison.Ordinal);
        At = new Uri($"http://127.0.0.1:{FreePort()}");
        string[] arguments = ["serve", "--urls", At.GetLeftPart(UriPartial.Authority), "--load", load, "--data", _folder];
        _process = Process.Start(new ProcessStartInfo(managed ? "dotnet" : program, managed ? [program, .. arguments] : arguments) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        Client = new HttpClient { BaseAddress = At };
    }

    /// <summary>Its address.</summary>
    public Uri At { get; }

    /// <summary>Asks it.</summary>
    public HttpClient Client { get; }

    /// <summary>Waits until it takes requests.</summary>
    public async Task ReadyAsync()
    {
        while (!_process.HasExited)
        {
            try
            {
                if ((await Client.GetAsync("/readyz")).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(5);
        }

        throw new InvalidOperationException($"the service ended with {_process.ExitCode}");
    }

    /// <summary>A line of the kernel's account of the process, bytes; <c>VmRSS</c> is all resident memory, <c>RssAnon</c> the part that no file backs.</summary>
    public double MemoryBytes(string line) =>
        1024 * double.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(line + ":", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
