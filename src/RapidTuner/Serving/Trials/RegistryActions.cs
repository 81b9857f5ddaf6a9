using RapidTuner.Control.Trust;
using RapidTuner.Core.Errors;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Serving.Trials;

/// <summary>Promotions and rollbacks as the registry and the log know them. Called on the engine's thread, it leaves the disk to another.</summary>
/// <param name="registry">The models of the data folder.</param>
internal sealed class RegistryActions(ModelRegistry registry) : ITrustActions
{
    private readonly Lock _writing = new();
    private string? _promoted;

    /// <summary>Told what was done, for people.</summary>
    public Action<string> Tell { get; set; } = static _ => { };

    /// <inheritdoc/>
    public void Promote(string challengerId) => Later(() =>
    {
        if (ChallengerName.Parse(challengerId, "trial").Model is { } model)
        {
            registry.Promote(model);
            _promoted = model;
            Tell($"{challengerId} proved better and decides from now on; it is watched for a while");
        }
        else
        {
            Tell($"{challengerId} proved better and decides until the service ends; set `policy` to keep it");
        }
    });

    /// <inheritdoc/>
    public void Rollback(string predecessorId) => Later(() =>
    {
        if (_promoted is { } model)
        {
            _promoted = null;
            registry.Rollback(model);
        }

        Tell($"the challenger was rolled back: {predecessorId} decides again");
    });

    private void Later(Action change) => ThreadPool.UnsafeQueueUserWorkItem(
        _ =>
        {
            lock (_writing)
            {
                try
                {
                    change();
                }
                catch (Exception failure) when (failure is BadInputException or IOException or UnauthorizedAccessException)
                {
                    // Who decides has changed already; what a restart would find has not, and an operator must know.
                    Tell($"the registry could not follow a trial: {failure.Message}");
                }
            }
        },
        null);
}
