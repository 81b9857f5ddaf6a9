using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RapidTuner.Tests.Http;

namespace RapidTuner.Tests.Deployment;

/// <summary>The service as a process of its own, to be ended by signals.</summary>
internal sealed class ServeProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;

    /// <summary>Starts it on a free loopback port.</summary>
    public ServeProcess(string data, params string[] arguments)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        free.Stop();
        _process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "rapidtuner.dll"), "serve", "--urls", url, "--data", data, .. arguments])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        _output = _process.StandardError.ReadToEndAsync();
        Client = new HttpClient { BaseAddress = new Uri(url) };
    }

    public HttpClient Client { get; }

    /// <summary>Waits until it takes requests.</summary>
    public async Task ReadyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TestService.Clock);
        while (true)
        {
            Assert.False(_process.HasExited, _process.HasExited ? await _output : "");
            try
            {
                if ((await Client.GetAsync("/readyz", patience.Token)).IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>Sends a signal, such as "TERM".</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for its end; the bound only keeps a broken service from hanging the tests.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TestService.Clock);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
