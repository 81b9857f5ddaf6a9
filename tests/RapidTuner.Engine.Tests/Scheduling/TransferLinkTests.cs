using RapidTuner.Engine.Scheduling;

namespace RapidTuner.Engine.Tests.Scheduling;

public class TransferLinkTests
{
    [Fact]
    public void SendOverlapped_ShortSend_ArrivesOneLayerAfterTheStep()
    {
        var link = default(TransferLink);
        link.StepEnded(startS: 10);
        Assert.Equal(12.1, link.SendOverlapped(sendS: 1, layers: 10, nowS: 12), 1e-12);
    }

    [Fact]
    public void SendOverlapped_LongSend_ArrivesWhenTheLinkIsThrough()
    {
        var link = default(TransferLink);
        link.StepEnded(startS: 10);
        Assert.Equal(15, link.SendOverlapped(sendS: 5, layers: 10, nowS: 12), 1e-12);
    }

    [Fact]
    public void SendOverlapped_PromptsOfOneStep_ShareItsOverlap()
    {
        var link = default(TransferLink);
        link.StepEnded(startS: 10);
        link.SendOverlapped(sendS: 0.5, layers: 10, nowS: 12);
        Assert.Equal(12.1, link.SendOverlapped(sendS: 0.5, layers: 10, nowS: 12), 1e-12);
    }

    [Fact]
    public void SendOverlapped_LinkStillBusy_Queues()
    {
        var link = default(TransferLink);
        link.StepEnded(startS: 0);
        Assert.Equal(10, link.SendOverlapped(sendS: 10, layers: 2, nowS: 1));
        link.StepEnded(startS: 1);
        Assert.Equal(13, link.SendOverlapped(sendS: 3, layers: 2, nowS: 2));
    }

    [Fact]
    public void Send_AfterWaitingForRoom_TakesItsWholeTime()
    {
        var link = default(TransferLink);
        link.StepEnded(startS: 0);
        Assert.Equal(12, link.Send(sendS: 2, nowS: 10));
        Assert.Equal(14, link.Send(sendS: 2, nowS: 11));
    }
}
